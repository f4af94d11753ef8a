-- Takes the key of the release, then keeps the relations that it reads as they are, then takes the locks of one_roof.locks, all or
-- none: a failed attempt lets go of everything at once, so that the application never queues behind a script that waits itself. They
-- may be of tables, views and sequences.
-- one_roof.untrusted then says what is so under these locks.
do $locks$
declare
  usual_timeout text := current_setting('lock_timeout');
  usual_memory text := current_setting('work_mem'); -- the proof needs little, see open_trusted.sql
  step text; item text;
  wanted text; wanted_mode text; wanted_relation regclass;
  place record;
  tree oid[]; kept oid[];
  seen text; -- the snapshot before the last proof
  attempts integer; holders text;
begin
  perform set_config('lock_timeout', '200ms', true), set_config('work_mem', '256kB', true);
  foreach step in array array['key', 'trust', 'locks'] loop
    attempts := 0;
    loop
      attempts := attempts + 1;
      begin
        wanted := 'the release (another executor is running)';
        wanted_relation := null;
        case step
        when 'key' then
          -- The advisory lock is open to every login, so only what a role like ours holds counts; the catalogue of the stamps is
          -- closed to everybody else.
          if not pg_try_advisory_xact_lock(20260603) and exists (
              select from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_roles r on r.oid = a.usesysid
              where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
                and l.database = (select oid from pg_database where datname = current_database())
                and (r.rolsuper or r.rolname = session_user)) then
            raise exception 'REFUSING: the release key is held, expected free; wait until its holder ends'
              using errcode = 'lock_not_available';
          end if;
          lock table pg_catalog.pg_description in share update exclusive mode;
        when 'trust' then
          wanted := 'the catalogue';
          lock table pg_catalog.pg_cast, pg_catalog.pg_inherits, pg_catalog.pg_statistic_ext in share mode;
          perform from pg_namespace where nspname = 'public' for share;
          wanted_mode := 'row exclusive';
          kept := '{}'; seen := null;
          select coalesce(array_agg(oid), '{}') into tree from pg_class
          where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
            and relname = any (string_to_array(current_setting('one_roof.reads') || ' ' || current_setting('one_roof.tables'), ' '));
          loop -- until each relation of what is proven was kept before the proof, or nobody has committed anything since
            for place in
              select c.oid, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.oid = any (tree) and c.oid <> all (kept)
            loop
              wanted_relation := place.oid;
              wanted := place.relname;
              execute format('lock table %I.%I in row exclusive mode', place.nspname, place.relname);
            end loop;
            exit when seen = pg_current_snapshot()::text;
            kept := kept || tree; seen := pg_current_snapshot()::text;
            execute 'execute untrusted_code' into place;
            tree := string_to_array(current_setting('one_roof.tree'), ' ')::oid[];
            exit when tree <@ kept;
          end loop;
        when 'locks' then
          foreach item in array string_to_array(current_setting('one_roof.locks'), ',') loop
            wanted := split_part(item, '=', 1);
            wanted_mode := coalesce(nullif(split_part(item, '=', 2), ''), 'share row exclusive');
            select oid, relkind, pg_get_userbyid(relowner) as owner into place from pg_class
            where relnamespace = 'public'::regnamespace and relname = wanted and relkind in ('r', 'v', 'S');
            wanted_relation := place.oid;
            if place.relkind = 'r' then
              execute format('lock table public.%I in %s mode', wanted, regexp_replace(wanted_mode, '[^a-z ]', '', 'g'));
            elsif place.relkind = 'v' then
              -- to the owner that it has: changes nothing, and locks the view without the tables below it
              execute format('alter view public.%I owner to %I', wanted, place.owner);
            elsif place.relkind = 'S' then
              -- RESTART gives it a file of this transaction's, so that a refusal gives back a later setval
              execute format('select last_value, is_called from public.%I', wanted) into place;
              execute format('alter sequence public.%I restart', wanted);
              perform setval(wanted_relation, place.last_value, place.is_called);
            end if;
          end loop;
        end case;
        exit;
      exception when lock_not_available or deadlock_detected then
        if attempts >= current_setting('one_roof.lock_tries')::integer then
          select string_agg(distinct case when l.pid is null then format('the prepared transaction %L (ROLLBACK PREPARED %1$L)', p.gid)
                   else format('pid %s (application %s, user %s, %s)', a.pid,
                     coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, a.state) end, '; ') into holders
          from pg_locks l left join pg_stat_activity a on a.pid = l.pid
          left join pg_locks x on l.pid is null and x.locktype = 'transactionid' and x.virtualtransaction = l.virtualtransaction
          left join pg_prepared_xacts p on p.transaction = x.transactionid
          where l.granted and coalesce(a.pid <> pg_backend_pid(), p.gid is not null)
            and l.database = (select oid from pg_database where datname = current_database())
            and case when wanted_relation is null
                  then l.locktype = 'advisory' and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
                    or l.relation = 'pg_description'::regclass and l.mode = 'ShareUpdateExclusiveLock'
                  else l.locktype = 'relation' and l.relation = wanted_relation
                       and (wanted_mode = 'access exclusive' or l.mode not in ('AccessShareLock', 'RowShareLock')) end;
          raise exception 'REFUSING: no lock on % after % tries of 200 ms; held by %; wait until it ends or end it, then start again',
            wanted, attempts, coalesce(holders, 'a session that has just ended') using errcode = 'lock_not_available';
        end if;
        perform pg_sleep(0.1);
      end;
    end loop;
  end loop;
  perform set_config('lock_timeout', usual_timeout, true), set_config('work_mem', usual_memory, true);
end $locks$;
