/** What a name says about its value: the password of a database, a password of something, or where a database is. */
export type NameKind = "password" | "bare" | "database" | "other";

/** Software and libraries that connect to PostgreSQL or MySQL, and the databases themselves. */
const DATABASES = new Set(
    `pg postgres postgresql postgresdb pgsql psql mysql mysqld mariadb sql sqlalchemy db database databases rds aurora jdbc r2dbc
    datasource datasources datastore sqlsettings connectionpassword hibernate persistence jdo typeorm sequelize orm knex gorm flyway
    liquibase sqitch pgpool patroni repmgr pma pgrst cleardb jawsdb alchemy`.split(/\s+/),
);
/** Other systems with passwords of their own, and passwords of files: they win over a database's name beside them. */
const OTHERS = new Set(
    `smtp mail mailer email imap ldap redis valkey rabbitmq amqp kafka mongo mongodb elastic elasticsearch opensearch clickhouse
    cassandra couchdb neo4j influxdb snowflake redshift mssql oracle ssl tls key keystore truststore jks pfx cipher http https
    registry docker restapi jwt s3 minio`.split(/\s+/),
);
/** Words that turn a password into a setting: `ALLOW_EMPTY_PASSWORD`. */
const SETTINGS = new Set("allow empty random onetime no use without validate skip require enable disable".split(" "));
const PASSWORDS = new Set(["pass", "passwd", "password", "pwd"]);
/** Words that say whose password it is, and nothing about the system. */
const HOLDERS = new Set("app user admin root master login service connection dbt".split(" "));
const PLACES = new Set(
    `host hostname hostaddr server address endpoint port name dbname user username database db type engine driver dialect
    client`.split(/\s+/),
);
const ADDRESSES = new Set("url uri dsn datasource dbstring conn secret credentials".split(" "));
/** Words behind a name that distinguish several values of one kind: `DB_PASSWORD_PROD`, `DB_PASSWORD_1`. */
const VARIANTS =
    /^(\d+|dev|test|qa|stg|stage|staging|prod|production|local|readonly|ro|rw|read|write|reader|writer|primary|secondary|replica|standby|superuser|non|pooling|old|new|current|previous)$/;
/** Words that are written together: `PGPASSWORD`, `DBHOST`. */
const TOGETHER =
    /^(pg|db|database|postgres|mysql|rds)(pass|passwd|password|pwd|host|hostaddr|hostname|port|database|user|username|name)$/;

/** Names whose words say something else than what they hold, without case and separators. */
const IRREGULAR: Readonly<Record<string, NameKind | undefined>> = {
    airflowceleryresultbackend: "database",
    connectionstring: "database",
    connectionurl: "database",
    database: "database",
    datasourcename: "database",
    dbclusteridentifier: "database",
    dbinstanceidentifier: "database",
    directurl: "database",
    dronedatabasesecret: "other",
    druidmetadatastorageconnectorpassword: "password",
    dsn: "database",
    engine: "database",
    goosedbstring: "database",
    mlflowbackendstoreuri: "database",
    pmacontrolpass: "password",
    redminedbpostgres: "database",
    sqitchtarget: "database",
};

/** What a variable, a key of a Secret or a parameter holds, as far as its name says. */
export function kindOfName(name: string): NameKind {
    const irregular = IRREGULAR[name.toLowerCase().replace(/[^a-z\d]/g, "")];
    if (irregular !== undefined) {
        return irregular;
    }
    const words = wordsOf(name);
    const last = words.at(-1) ?? "";
    const before = words.slice(0, -1);
    if (before.some((word) => OTHERS.has(word))) {
        return "other";
    }
    const ofDatabase = before.some((word) => DATABASES.has(word));
    if (PASSWORDS.has(last)) {
        if (before.some((word) => SETTINGS.has(word))) {
            return "other";
        }
        return ofDatabase ? "password" : before.every((word) => HOLDERS.has(word)) ? "bare" : "other";
    }
    const connects = / connection strings? /.test(` ${words.join(" ")} `);
    return connects || (ofDatabase && (PLACES.has(last) || ADDRESSES.has(last))) ? "database" : "other";
}

/** Whether a name denotes a connection string, which may contain a password: `DATABASE_URL`, `dsn`. */
export function namesAddress(name: string): boolean {
    const last = wordsOf(name).at(-1) ?? "";
    return kindOfName(name) === "database" && !PLACES.has(last) && last !== "identifier";
}

/** The words of a name, without those that distinguish variants. */
export function wordsOf(name: string): readonly string[] {
    const words = name
        .replace(/([a-z])(?=[A-Z])|(\d)(?=[A-Z][a-z])/g, "$& ")
        .toLowerCase()
        .split(/[^a-z\d]+/)
        .filter((word) => word !== "")
        .flatMap((word) => TOGETHER.exec(word)?.slice(1) ?? [word]);
    const joined = words.flatMap((word, index) =>
        word === "data" && words[index + 1]?.startsWith("source")
            ? []
            : word.startsWith("source") && words[index - 1] === "data"
              ? [`data${word}`]
              : [word],
    );
    const end = joined.findLastIndex((word) => !VARIANTS.test(word));
    return joined.slice(0, end + 1);
}

/** Whether a host's name names a database: `shop-db.internal`, `postgres`, a host of RDS. */
export function namesDatabase(host: string): boolean {
    return wordsOf(host).some((word) => DATABASES.has(word));
}
