-- Closes a script that only reads: a transaction that wrote anything would have been given an id.
do $proof$
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'REFUSING: this read-only script was given a transaction id, expected none; something wrote, nothing was kept';
  end if;
end $proof$;
commit;
