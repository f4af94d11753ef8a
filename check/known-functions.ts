const names = `
  abs age any_value array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position
  array_positions array_prepend array_remove array_replace array_to_json array_to_string array_to_tsvector array_upper ascii avg
  bit_and bit_count bit_length bit_or bit_xor bool_and bool_or btrim cardinality cbrt ceil ceiling char_length character_length
  chr clock_timestamp coalesce col_description concat concat_ws convert convert_from convert_to corr count cume_dist
  current_database current_schema current_schemas current_setting date_bin date_part date_trunc decode degrees dense_rank div
  encode every exp extract factorial first_value floor format format_type gcd gen_random_uuid generate_series
  generate_subscripts get_bit get_byte greatest has_any_column_privilege has_column_privilege has_database_privilege
  has_function_privilege has_schema_privilege has_sequence_privilege has_table_privilege has_type_privilege hashtext
  hashtextextended hash_record hash_record_extended initcap is_normalized isempty isfinite json_agg json_array_elements
  json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text json_extract_path
  json_extract_path_text json_object json_object_agg json_object_keys json_populate_record json_populate_recordset
  json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text
  jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
  jsonb_extract_path_text jsonb_hash_extended jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists
  jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_populate_record
  jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
  jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead least left length like_escape ln log log10
  lower lower_inc lower_inf lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz max md5 min
  min_scale mod mode multirange normalize now nth_value ntile nullif num_nonnulls num_nulls numrange obj_description
  octet_length overlaps overlay parse_ident percent_rank percentile_cont percentile_disc pg_backend_pid pg_client_encoding
  pg_column_size pg_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned pg_database_size pg_describe_object
  pg_encoding_to_char pg_get_constraintdef pg_get_expr pg_get_function_arguments pg_get_function_identity_arguments
  pg_get_function_result pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef pg_get_ruledef pg_get_serial_sequence
  pg_get_triggerdef pg_get_userbyid pg_get_viewdef pg_has_role pg_identify_object pg_indexes_size pg_is_in_recovery
  pg_postmaster_start_time pg_relation_size pg_size_pretty pg_table_is_visible pg_table_size pg_total_relation_size pg_typeof
  pg_visible_in_snapshot pg_xact_status phraseto_tsquery pi plainto_tsquery position power quote_ident quote_literal
  quote_nullable radians random range_agg range_merge rank regexp_count regexp_instr regexp_like regexp_match regexp_matches
  regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_slope repeat replace reverse right round
  row_number row_to_json rpad rtrim scale sha224 sha256 sha384 sha512 shobj_description sign split_part sqrt starts_with
  statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strpos substr substring sum
  timeofday timezone to_ascii to_char to_date to_hex to_json to_jsonb to_number to_regclass to_regcollation to_regnamespace
  to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector
  transaction_timestamp translate trim trim_array trim_scale trunc ts_headline ts_rank tsrange tstzrange txid_current_if_assigned
  unistr unnest upper upper_inc upper_inf var_pop var_samp variance version websearch_to_tsquery width_bucket xmlagg xmlelement
`;

/**
 * PostgreSQL's own functions that do nothing but answer, by name: neither rows nor files, sessions, sequences, messages or
 * large objects change. A list of what may be called, because a list of what may not is never complete.
 */
export const answering: ReadonlySet<string> = new Set(names.trim().split(/\s+/));

/** What a script calls of PostgreSQL's for the release's own sake: its key, and settings, which other rules judge. */
export const permitted: ReadonlySet<string> = new Set(['pg_advisory_xact_lock', 'set_config']);

/** Functions that reach outside the database, by name; a rule of its own forbids them. */
export const reaching =
  /^(pg_read_file|pg_read_binary_file|pg_read_server_files|pg_ls_\w+|pg_stat_file|pg_file_\w+|lo_import|lo_export|dblink\w*|query_to_xml)$/;
