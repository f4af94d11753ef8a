import type { App, IPolicyValidationPlugin } from 'aws-cdk-lib/core';

/**
 * The AwsSolutions pack of cdk-nag. It is declared here and not imported where it is used, because the declarations of
 * cdk-nag import all services of aws-cdk-lib: 575,000 lines, which the compiler and the linter would read at every start.
 */
export function awsSolutionsChecks(app: App): IPolicyValidationPlugin;
