-- expect 0 not approved
-- The signature was given and agreed to, then withdrawn.
update public.os_proposal_approvals set status = 'archived';
