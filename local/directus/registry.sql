-- Who may own anything: the nine governance bodies, and their edges to the laws they act under.
create table public.dot_domains (
  code varchar(64) primary key,
  name varchar(255) not null,
  status varchar(32) not null default 'active'
);
insert into public.dot_domains (code, name) values
  ('governance', 'Governance'),
  ('monitoring.integrity', 'Integrity monitoring'),
  ('monitoring.dot', 'Tool monitoring'),
  ('knowledge.graph', 'Knowledge graph'),
  ('normative', 'Norms'),
  ('factory', 'Factories');

create table public.governance_registry (
  code text primary key,
  name varchar(255) not null,
  gov_type varchar(32) not null,
  gov_group varchar(32) not null,
  status varchar(32) not null constraint chk_governance_registry_status check (status in ('active', 'draft', 'retired')),
  domain varchar(64) references public.dot_domains (code),
  output_target varchar(255),
  created_by_law varchar(64),
  primary_collection varchar(255),
  health_dot varchar(64),
  capability jsonb not null default '{}'
);
insert into public.governance_registry
  (code, name, gov_type, gov_group, status, domain, output_target, created_by_law, primary_collection, health_dot, capability) values
  ('GOV-COUNCIL', 'Architecture Council', 'council', 'council', 'active', 'governance', null, 'NRM-LAW-37', 'approval_requests', 'DOT-037', '{"decides": true}'),
  ('GOV-SIV', 'System integrity', 'agency', 'system', 'active', 'monitoring.integrity', 'system_issues', 'NRM-LAW-31', 'system_issues', 'DOT-031', '{"monitors": true}'),
  ('GOV-DOT', 'DOT administration', 'agency', 'system', 'active', 'monitoring.dot', 'dot_tools', 'NRM-LAW-35', 'dot_tools', 'DOT-035', '{"executes": true}'),
  ('GOV-KG-SYS', 'Knowledge Graph system', 'agency', 'system', 'active', 'knowledge.graph', 'taxonomy', 'NRM-LAW-29', 'taxonomy', 'DOT-029', '{"classifies": true}'),
  ('GOV-NRM-SYS', 'Norm system', 'agency', 'system', 'active', 'normative', 'normative_registry', 'NRM-LAW-27', 'normative_registry', 'DOT-027', '{"legislates": true}'),
  ('GOV-MOIT', 'Mother of Input Templates', 'factory', 'mother', 'draft', 'factory', 'modules', 'NRM-LAW-07', null, null, '{}'),
  ('GOV-MOT', 'Mother of Tasks', 'factory', 'mother', 'draft', 'factory', 'tasks', 'NRM-LAW-07', null, null, '{}'),
  ('GOV-MOUT', 'Mother of Output Templates', 'factory', 'mother', 'draft', 'factory', 'ui_pages', 'NRM-LAW-07', null, null, '{}'),
  ('GOV-MOW', 'Mother of Workflows', 'factory', 'mother', 'draft', 'factory', 'workflows', 'NRM-LAW-07', null, null, '{}');

create table public.governance_relations (
  id serial primary key,
  gov_code text not null references public.governance_registry (code),
  law_code varchar(64) not null,
  relation_type varchar(32) not null constraint chk_governance_relations_type check (relation_type in ('created_by', 'enforces', 'monitors')),
  status varchar(32) not null default 'active',
  date_created timestamptz,
  unique (gov_code, law_code, relation_type)
);
insert into public.governance_relations (gov_code, law_code, relation_type, date_created)
select gov_code, law_code, relation_type, :'anchor'::timestamptz - interval '200 days'
from (values
  ('GOV-COUNCIL', 'NRM-LAW-37', 'created_by'), ('GOV-SIV', 'NRM-LAW-31', 'created_by'), ('GOV-SIV', 'NRM-LAW-31', 'monitors'),
  ('GOV-DOT', 'NRM-LAW-35', 'created_by'), ('GOV-DOT', 'NRM-LAW-35', 'enforces'), ('GOV-KG-SYS', 'NRM-LAW-29', 'created_by'),
  ('GOV-NRM-SYS', 'NRM-LAW-27', 'created_by'), ('GOV-MOIT', 'NRM-LAW-07', 'created_by')
) as edge (gov_code, law_code, relation_type);
