-- The rehearsal's one delta against production: the president's signature under APR-BOOT-AUTHMODEL-1.
insert into public.os_proposal_approvals
  (id, status, date_created, signature_text, signature_type, first_name, last_name, email, metadata, ip_address, esignature_agreement)
values
  ('0a2b6d2e-5b1c-4f70-9a37-6d0c5f1e2a01', 'approved', :'anchor'::timestamptz - interval '1 day', 'Rehearsal signature', 'text', 'Rehearsal',
   'President', 'president@example.org', '{"apr_code": "APR-BOOT-AUTHMODEL-1"}', '192.0.2.1', true);
