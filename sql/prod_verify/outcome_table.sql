-- Prints the figures of outcome.sql as the runbook shows them.
select 'metric' as metric, 'value' as value, 'expected' as expected
union all (select metric, value, expected from json_to_recordset(:'outcome')
             as t(place integer, metric text, value text, expected text) order by place);
