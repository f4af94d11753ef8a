-- The digest that a seed row carries in audit_ref: whoever finds another one knows that somebody changed the row since.
-- An expression over the columns of governance_object_ownership, as the psql variable and the setting seed_digest.
\set seed_digest '''sha256:'' || encode(sha256(convert_to(json_build_array(object_type, object_ref, scope, owner_kind, owner_gov_code,'
\set seed_digest :seed_digest ' is_inherited_anchor, extract(epoch from effective_from), extract(epoch from effective_to),'
\set seed_digest :seed_digest ' lifecycle_status, approval_ref, rollback_ref, source_law_ref, source_design_ref, supersedes_id,'
\set seed_digest :seed_digest ' updated_by)::text, ''UTF8'')), ''hex'')'
select set_config('one_roof.seed_digest', :'seed_digest', false) as seed_digest \gset
