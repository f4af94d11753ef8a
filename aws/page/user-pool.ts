import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { People } from '../../core/approval/page/ports.ts';
import { answersWithin } from '../time-outs.ts';

/** The people of a Cognito user pool, as they are now. */
export function createUserPool(
  UserPoolId: string,
  client = new CognitoIdentityProviderClient({ requestHandler: answersWithin }),
): People {
  return {
    async find(Username) {
      const request = { UserPoolId, Username };
      try {
        const [user, { Groups = [] }] = await Promise.all([
          client.send(new AdminGetUserCommand(request)),
          client.send(new AdminListGroupsForUserCommand(request)),
        ]);
        const email = user.UserAttributes?.find(({ Name }) => Name === 'email')?.Value ?? '';
        const groups = Groups.flatMap(({ GroupName }) => GroupName ?? []);
        return { enabled: user.Enabled === true && user.UserStatus === 'CONFIRMED', email, groups };
      } catch (error) {
        if (error instanceof UserNotFoundException) return undefined;
        throw error;
      }
    },
  };
}
