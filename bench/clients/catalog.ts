/** A client library, and how a program connects with it. */
export interface Client {
    readonly id: string;
    readonly language: Language;
    readonly library: string;
    /** The pinned version; "system" for a program of the operating system. */
    readonly version: string;
    /** What signs the token. */
    readonly signs: string;
    /** The arguments of the language's program in examples/clients. */
    readonly argument: string;
}

export type Language = "Node.js" | "Python" | "Go" | "Java" | "libpq" | "Rust";

const SDK = {
    node: "`@aws-sdk/rds-signer` 3.1169.0",
    python: "`boto3` 1.44.8",
    go: "`aws-sdk-go-v2/feature/rds/auth` 1.7.12",
    java: "AWS SDK for Java 2.57.8",
    rust: "`aws-sdk-rds` 1.159.0",
} as const;

const python = (id: string, library: string, version: string): Client => ({
    ...{ id, language: "Python", library, version, signs: SDK.python, argument: id },
});

/** All libraries, in the order of the page. */
export const CLIENTS: readonly Client[] = [
    { ...{ id: "pg", language: "Node.js", library: "pg", version: "8.23.1" }, signs: SDK.node, argument: "pg" },
    {
        ...{ id: "postgres", language: "Node.js", library: "postgres (Postgres.js)", version: "3.4.9" },
        ...{ signs: SDK.node, argument: "postgres" },
    },
    python("psycopg", "psycopg 3", "3.3.9"),
    python("psycopg-async", "psycopg 3, async", "3.3.9"),
    python("psycopg2", "psycopg2", "2.9.13"),
    python("asyncpg", "asyncpg", "0.32.0"),
    python("pg8000", "pg8000", "1.31.6"),
    python("sqlalchemy", "SQLAlchemy, with psycopg 3", "2.1.9"),
    { ...{ id: "pgx", language: "Go", library: "pgx", version: "5.13.0" }, signs: SDK.go, argument: "pgx" },
    { ...{ id: "pq", language: "Go", library: "lib/pq", version: "1.12.3" }, signs: SDK.go, argument: "pq" },
    {
        ...{ id: "pgjdbc", language: "Java", library: "pgjdbc", version: "42.7.14" },
        signs: SDK.java,
        argument: "pgjdbc",
    },
    {
        ...{ id: "wrapper", language: "Java", library: "aws-advanced-jdbc-wrapper, plugin `iam`", version: "2.5.2" },
        ...{
            signs: `the plugin, by ${SDK.java}; \`wrapperDialect\` is \`rds-pg\`: the sandbox has no \`aurora_replica_status()\``,
            argument: "wrapper",
        },
    },
    {
        ...{ id: "psql", language: "libpq", library: "psql", version: "system", signs: SDK.node, argument: "" },
    },
    {
        ...{ id: "tokio-postgres", language: "Rust", library: "tokio-postgres", version: "0.7.18" },
        ...{ signs: SDK.rust, argument: "tokio-postgres" },
    },
    { ...{ id: "sqlx", language: "Rust", library: "sqlx", version: "0.9.0" }, signs: SDK.rust, argument: "sqlx" },
];

/** Who a program runs as: the kind of identity, and its workload in `keyless run`. */
export const IDENTITIES = [
    { kind: "irsa", workload: "irsa/app" },
    { kind: "podIdentity", workload: "pod/app" },
    { kind: "ec2", workload: "ec2:ec2-profile" },
    { kind: "ecs", workload: "ecs:task" },
    { kind: "lambda", workload: "lambda:function" },
    { kind: "people", workload: "role:person" },
] as const;

export const ENDPOINTS = ["writer", "reader", "proxy"] as const;

/** The column for a system that allows no private hosts file, tried with the first identity. */
export const RESTRICTED = "irsa, no hosts file";

export type Outcomes = Readonly<Record<(typeof ENDPOINTS)[number], string>>;

/** The outcomes of a client: by column and endpoint, `works` or what happened instead. */
export interface Row {
    readonly id: string;
    readonly version: string;
    /** Why nothing was tried. */
    readonly notTried?: string;
    readonly cells?: Readonly<Record<string, Outcomes>>;
}

export const COLUMNS: readonly string[] = [...IDENTITIES.map(({ kind }) => kind), RESTRICTED];
