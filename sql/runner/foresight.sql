-- What would make a release end badly, as far as catalogue and settings tell before anybody is asked. It gives `findings`, a JSON list
-- of a blocker's code with a sentence, for which the machine keeps the gate closed, and `notes`, a JSON list of sentences to know.
-- Reads no relation of the application. What to look for is in one_roof.untrusted and in the plan's settings.
\ir trial/server_writes.sql
\ir required.sql
with recursive written as (
  select c.oid from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relname = any (string_to_array(current_setting('one_roof.existing_written'), ' '))
  union select i.inhrelid from written w join pg_inherits i on i.inhparent = w.oid
), acting as ( -- what does something of its own when the release changes rows or definitions
  select evtname::text as name, format('event trigger %s on %s, which runs %s of %s', evtname, evtevent, evtfoid::regprocedure,
    pg_get_userbyid(evtowner)) as what from pg_event_trigger where evtenabled in ('O', 'A')
  union all select format('%s.%s', c.relname, t.tgname), format('trigger %s on %s, which runs %s of %s', t.tgname, c.oid::regclass,
    t.tgfoid::regprocedure, pg_get_userbyid(p.proowner)) from pg_trigger t join written w on w.oid = t.tgrelid
  join pg_class c on c.oid = w.oid join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal and t.tgenabled in ('O', 'A')
  union all
  select format('%s.%s', c.relname, r.rulename), format('rule %s on %s of %s', r.rulename, c.oid::regclass, pg_get_userbyid(c.relowner))
  from pg_rewrite r join written w on w.oid = r.ev_class join pg_class c on c.oid = w.oid
  where r.ev_type <> '1' and r.ev_enabled in ('O', 'A')
  union all select format('%s.%s', c.relname, k.conname), format('foreign key %s, which changes rows of %s of %s with ours', k.conname,
    c.oid::regclass, pg_get_userbyid(c.relowner))
  from pg_constraint k join written w on w.oid = k.confrelid join pg_class c on c.oid = k.conrelid
  where k.contype = 'f' and (k.confdeltype not in ('a', 'r') or k.confupdtype not in ('a', 'r'))
), running as ( -- functions that may run when the release changes rows or definitions, by what calls them
  select 'event trigger ' || evtname as caller, evtfoid::oid as id from pg_event_trigger where evtenabled in ('O', 'A')
  union select pg_describe_object(o.classid, o.objid, 0), d.refobjid -- triggers, defaults and checks of what is written
  from written w join pg_depend o on o.refclassid = 'pg_class'::regclass and o.refobjid = w.oid
  join pg_depend d on d.classid = o.classid and d.objid = o.objid and d.refclassid = 'pg_proc'::regclass
  left join pg_trigger t on o.classid = 'pg_trigger'::regclass and t.oid = o.objid where coalesce(t.tgenabled, 'O') in ('O', 'A')
  union select r.caller, f.oid from running r join pg_proc p on p.oid = r.id -- and whatever function its body names
  cross join lateral regexp_split_to_table(concat(p.prosrc, pg_get_function_sqlbody(p.oid)), '\W+') word
  join pg_proc f on f.proname = word and f.oid >= 16384
), reader as (
  select n.name, r.*, has_database_privilege(r.oid, current_database(), 'connect') as connects,
    has_schema_privilege(r.oid, 'public', 'usage') as enters, (select count(*) from pg_stat_activity a where a.usesysid = r.oid) as sessions
  from (select current_setting('one_roof.reader')) n(name) left join pg_roles r on r.rolname = n.name
), weaker(mode, conflicts_from) as ( -- the weakest of PostgreSQL's eight modes that stands in the way of each that a plan may ask for
  values ('row exclusive', 5), ('share update exclusive', 4), ('share', 3), ('share row exclusive', 3), ('exclusive', 2),
    ('access exclusive', 1)
), needed as (
  select c.oid, min(w.conflicts_from) as conflicts_from from (
    select split_part(item, '=', 1), split_part(item, '=', 2) from string_to_table(current_setting('one_roof.existing'), ',') item
    union all select name, 'row exclusive' from string_to_table(current_setting('one_roof.reads'), ' ') name
  ) n(name, mode) join weaker w using (mode) join pg_class c on c.relnamespace = 'public'::regnamespace and c.relname = n.name group by 1
), held as (
  select l.pid, x.transactionid, l.relation::regclass as relation, l.mode from pg_locks l join needed n on n.oid = l.relation
  -- a prepared transaction has no process, and the number of the one that prepared it
  left join pg_locks x on l.pid is null and x.locktype = 'transactionid' and x.virtualtransaction = l.virtualtransaction
  where l.granted and l.pid is distinct from pg_backend_pid()
    and l.database = (select oid from pg_database where datname = current_database())
    and array_position(array['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
      'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], l.mode) >= n.conflicts_from
), finding(code, sentence) as (
  select 'untrusted_code', value || ', would run with the rights of the release'
  from json_array_elements_text(current_setting('one_roof.untrusted')::json)
  union all select 'unplanned_trigger', what || ', is not named in the plan' from acting
  where name <> all (string_to_array(current_setting('one_roof.triggers'), ' '))
  union all select 'reader_login', p.sentence from reader r cross join lateral (values
    (r.oid is null, 'the reader %s does not exist'), (not r.rolcanlogin, 'the reader %s may not log in'),
    (r.rolvaliduntil <= now(), 'the password of the reader %s is no longer valid'),
    (r.rolconnlimit >= 0 and r.sessions >= r.rolconnlimit, 'the reader %s has all the connections that it may have'),
    (not r.connects, 'the reader %s may not connect to the database'), (not r.enters, 'the reader %s may not use the schema public')
  ) as q(applies, text) cross join lateral (select format(q.text, r.name)) p(sentence) where q.applies
  union all select code, sentence from json_to_recordset(current_setting('one_roof.no_writes')::json) as w(code text, sentence text)
  union all select 'prepared_transaction', format('%s prepared a transaction that locks %s: COMMIT PREPARED %L or ROLLBACK PREPARED %3$L',
    p.owner, string_agg(distinct h.relation::text, ', '), p.gid)
  from held h join pg_prepared_xacts p on p.transaction = h.transactionid group by p.gid, p.owner
  union all select 'track_counts', 'track_counts is off, so nobody can prove which rows a tier writes'
  where current_setting('track_counts') <> 'on'
  union all select 'required_package', format('%s, which this package builds on, is not released and sealed here', wanting)
  from current_setting('one_roof.wanting') wanting where wanting <> ''
), note(sentence) as (
  select format('publication %s carries what the release writes into %s', p.pubname, coalesce(string_agg(w.oid::regclass::text, ', '
    order by w.oid), 'its own tables'))
  from pg_publication p left join (pg_publication_rel r join written w on w.oid = r.prrelid) on r.prpubid = p.oid
  where p.puballtables or w.oid is not null
    or exists (select from pg_publication_namespace n where n.pnpubid = p.oid and n.pnnspid = 'public'::regnamespace) group by p.pubname
  union all select distinct caller || ' sends notifications: with each COMMIT, of the rollback too, and nothing takes them back'
  from running r join pg_proc p on p.oid = r.id
  where concat(p.prosrc, pg_get_function_sqlbody(p.oid)) ~* '\m((pg_)?notify|triggered_change_notification)\M'
  union all select format('pid %s (application %s, user %s) holds locks on %s since %s: if that lasts, a tier ends for want of a lock',
    a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, string_agg(distinct h.relation::text, ', '),
    to_char(a.xact_start at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
  from held h join pg_stat_activity a on a.pid = h.pid where a.xact_start < now() - interval '1 minute'
  group by a.pid, a.application_name, a.usename, a.xact_start
)
select coalesce((select json_agg(json_build_object('code', code, 'explanation', sentence) order by code, sentence)
    from finding), '[]')::text as findings,
  coalesce((select json_agg(sentence order by sentence) from note), '[]')::text as notes \gset
