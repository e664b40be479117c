/** What the comparison does with the owners, access lists and other references to roles in one catalog of Postgres. */
export type Decision =
    | { readonly compared: string }
    /** A part of another catalog's objects, or nothing that gives access. */
    | { readonly covered: string }
    /** The report says so. */
    | { readonly notCompared: string };

/**
 * Every catalog that has an access list or refers to a role. The test demands a decision for each that a server has, of every
 * version.
 */
export const DECISIONS: Readonly<Record<string, Decision>> = {
    pg_attribute: { compared: "access lists of columns" },
    pg_auth_members: { compared: "memberships" },
    pg_class: { compared: "owners and access lists of tables, views and sequences" },
    pg_collation: { compared: "owners" },
    pg_conversion: { compared: "owners" },
    pg_database: { compared: "owners and access lists" },
    pg_db_role_setting: { compared: "settings of roles, of databases and of all roles" },
    pg_default_acl: { compared: "default privileges" },
    pg_event_trigger: { compared: "owners" },
    pg_extension: { compared: "owners, and the access lists of members" },
    pg_foreign_data_wrapper: { compared: "owners and access lists" },
    pg_foreign_server: { compared: "owners and access lists" },
    pg_init_privs: {
        covered: "the privileges that a new server and an extension begin with: what others hold besides them is found",
    },
    pg_language: { compared: "owners and access lists" },
    pg_largeobject_metadata: { compared: "access lists" },
    pg_namespace: { compared: "owners and access lists" },
    pg_opclass: { compared: "owners" },
    pg_operator: { compared: "owners" },
    pg_opfamily: { compared: "owners" },
    pg_parameter_acl: { compared: "access lists" },
    pg_policy: { notCompared: "row-level security policies (keyless access --live shows them)" },
    pg_proc: { compared: "owners and access lists of functions, procedures and aggregates" },
    pg_publication: { compared: "owners" },
    pg_statistic_ext: { compared: "owners" },
    pg_subscription: { compared: "owners" },
    pg_tablespace: { compared: "owners and access lists" },
    pg_ts_config: { compared: "owners" },
    pg_ts_dict: { compared: "owners" },
    pg_type: { compared: "owners and access lists of types and domains" },
    pg_user_mapping: { compared: "the roles that have one" },
};

/** What determines access and is not compared, for the report. Only a superuser may read passwords. */
export const NOT_COMPARED: readonly string[] = [
    ...Object.values(DECISIONS).flatMap((one) => ("notCompared" in one ? [one.notCompared] : [])),
    "passwords",
];
