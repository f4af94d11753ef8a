-- expect 0 2 signatures that the gate counts, 1 are a draft
-- Beside the signature lies the draft of another person.
insert into public.os_proposal_approvals (status, first_name, esignature_agreement) values ('draft', 'Second', null);
