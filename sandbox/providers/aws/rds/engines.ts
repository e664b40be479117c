import { must, text } from "../../../cloud/aws/values";
import type { Props } from "../../../cloud/props";

/** RDS' versions of an engine. */
interface Engine {
    readonly port: number;
    /** The minor versions of each major one that new databases can have, and the one that AWS prefers: its default. */
    readonly versions: Readonly<Record<string, Offer>>;
    readonly defaultMajor: string;
    readonly logs: readonly string[];
    readonly licence: string;
    /** Formats a full version. */
    readonly write: (major: string, minor: number) => string;
}

interface Offer {
    readonly minors: readonly number[];
    readonly preferred: number;
}

const offer = (preferred: number, ...minors: readonly number[]): Offer => ({ preferred, minors });
const range = (low: number, high: number, preferred: number): Offer =>
    offer(preferred, ...Array.from({ length: high - low + 1 }, (_, index) => low + index));

const postgresVersion = (major: string, minor: number): string => `${major}.${minor}`;
const auroraMysqlVersion = (_major: string, minor: number): string =>
    `8.0.mysql_aurora.3.${String(minor).padStart(2, "0")}.0`;

/**
 * What `aws rds describe-db-engine-versions` lists. RDS withdraws minor versions from new databases: Aurora's are those of August
 * 2026, as recorded in https://github.com/ministackorg/ministack (ministack/services/rds.py); RDS for PostgreSQL's are without those that
 * left in May 2026, https://lucaberton.com/blog/aws-rds-postgresql-minor-version-deprecation-may-2026/. No dated list was found for
 * MySQL and MariaDB.
 */
const engines: Readonly<Record<string, Engine>> = {
    "aurora-postgresql": {
        port: 5432,
        versions: {
            "13": offer(23, 9, 23),
            "14": offer(19, 6, 17, 18, 19, 20, 22, 23),
            "15": offer(14, 10, 12, 13, 14, 15, 17, 18),
            "16": offer(11, 8, 9, 10, 11, 13, 14),
            "17": offer(7, 4, 5, 6, 7, 9, 10),
            "18": offer(3, 3, 4),
        },
        defaultMajor: "16",
        logs: ["postgresql", "iam-db-auth-error", "instance"],
        licence: "postgresql-license",
        write: postgresVersion,
    },
    "aurora-mysql": {
        port: 3306,
        versions: { "8.0": offer(12, 4, 8, 9, 10, 12) },
        defaultMajor: "8.0",
        logs: ["audit", "error", "general", "slowquery", "iam-db-auth-error", "instance"],
        licence: "general-public-license",
        write: auroraMysqlVersion,
    },
    postgres: {
        port: 5432,
        versions: {
            "13": range(20, 23, 22),
            "14": range(18, 22, 20),
            "15": range(13, 17, 15),
            "16": range(9, 13, 11),
            "17": range(5, 9, 8),
            "18": range(1, 4, 3),
        },
        defaultMajor: "17",
        logs: ["postgresql", "upgrade", "iam-db-auth-error"],
        licence: "postgresql-license",
        write: postgresVersion,
    },
    mysql: {
        port: 3306,
        versions: { "8.0": range(32, 46, 44), "8.4": range(3, 9, 8) },
        defaultMajor: "8.0",
        logs: ["audit", "error", "general", "slowquery", "iam-db-auth-error"],
        licence: "general-public-license",
        write: postgresVersion,
    },
    mariadb: {
        port: 3306,
        versions: {
            "10.6": range(10, 25, 24),
            "10.11": range(4, 16, 15),
            "11.4": range(3, 10, 9),
            "11.8": range(3, 6, 5),
        },
        defaultMajor: "11.4",
        logs: ["audit", "error", "general", "slowquery"],
        licence: "general-public-license",
        write: postgresVersion,
    },
};

/** Identifiers of the certificate authorities for server certificates. */
export const certificateAuthorities = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];

export function engineOf(name: string): Engine | undefined {
    return engines[name];
}

/** `16` of `16.6`, `8.0` of `8.0.mysql_aurora.3.08.0`. */
export function majorOf(engine: string, version: string): string | undefined {
    return Object.keys(engines[engine]?.versions ?? {}).find(
        (major) => version === major || version.startsWith(`${major}.`),
    );
}

/** The number that orders the versions of one major version: 6 of `16.6`, 8 of `8.0.mysql_aurora.3.08.0`. */
export function minorOf(engine: string, version: string): number {
    const rest = version.slice((majorOf(engine, version) ?? "").length);
    return Number(/mysql_aurora\.3\.(\d+)/.exec(rest)?.[1] ?? rest.slice(1));
}

/** The versions of a major one that RDS offers, oldest first. */
export function offeredVersions(engine: string, major: string): string[] {
    const known = engines[engine];
    return known?.versions[major]?.minors.map((minor) => known.write(major, minor)) ?? [];
}

/** The major versions that RDS offers, oldest first. */
export function majorVersions(engine: string): string[] {
    return Object.keys(engines[engine]?.versions ?? {}).sort((one, other) => Number(one) - Number(other));
}

/**
 * The version that RDS installs: for a major version, the minor one that it prefers; undefined if unavailable.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html (DefaultOnly)
 */
export function actualVersion(engine: string, version: string | undefined): string | undefined {
    const known = engines[engine];
    const wanted = version ?? known?.defaultMajor ?? "";
    const major = majorOf(engine, wanted);
    const offered = known?.versions[major ?? ""];
    if (known === undefined || major === undefined || offered === undefined) {
        return undefined;
    }
    return wanted === major
        ? known.write(major, offered.preferred)
        : offered.minors.includes(minorOf(engine, wanted))
          ? wanted
          : undefined;
}

/** `aurora-postgresql16`: the parameter group family of a version. */
export function familyOf(engine: string, version: string): string {
    return `${engine}${majorOf(engine, version) ?? ""}`;
}

/** Engine and major version of a family; undefined if there is no such family. */
export function engineOfFamily(family: string): string | undefined {
    return Object.keys(engines).find((engine) =>
        Object.keys(engines[engine]?.versions ?? {}).some((major) => family === engine + major),
    );
}

/** The version that a database runs, which may have been withdrawn from new ones since. */
export function runningVersion(engine: string, version: string | undefined): string {
    return actualVersion(engine, version) ?? version ?? "";
}

/** The version of a cluster or an instance, chosen or given. */
export function versionIn(inputs: Props): string | undefined {
    return actualVersion(must(inputs, "engine"), text(inputs, "engineVersion"));
}
