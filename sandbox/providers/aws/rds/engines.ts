import { must, text } from "../../../cloud/aws/values";
import type { Props } from "../../../cloud/props";

/** RDS' versions of an engine. */
interface Engine {
    readonly port: number;
    /** Lowest and highest minor version of each major one, and the one that AWS prefers: its default. */
    readonly versions: Readonly<Record<string, readonly [low: number, high: number, preferred: number]>>;
    readonly defaultMajor: string;
    readonly logs: readonly string[];
    readonly licence: string;
    /** Formats a full version. */
    readonly write: (major: string, minor: number) => string;
}

const postgresVersion = (major: string, minor: number): string => `${major}.${minor}`;
const auroraMysqlVersion = (_major: string, minor: number): string =>
    `8.0.mysql_aurora.3.${String(minor).padStart(2, "0")}.0`;

/**
 * Available versions; the upper bounds leave room for the releases of a few months.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/ and its neighbours
 */
const engines: Readonly<Record<string, Engine>> = {
    "aurora-postgresql": {
        port: 5432,
        versions: {
            "13": [9, 23, 21],
            "14": [6, 22, 19],
            "15": [2, 17, 14],
            "16": [1, 13, 10],
            "17": [4, 9, 7],
            "18": [1, 4, 3],
        },
        defaultMajor: "16",
        logs: ["postgresql", "iam-db-auth-error", "instance"],
        licence: "postgresql-license",
        write: postgresVersion,
    },
    "aurora-mysql": {
        port: 3306,
        versions: { "8.0": [4, 12, 12] },
        defaultMajor: "8.0",
        logs: ["audit", "error", "general", "slowquery", "iam-db-auth-error", "instance"],
        licence: "general-public-license",
        write: auroraMysqlVersion,
    },
    postgres: {
        port: 5432,
        versions: {
            "13": [11, 23, 22],
            "14": [8, 22, 20],
            "15": [4, 17, 15],
            "16": [1, 13, 11],
            "17": [1, 9, 8],
            "18": [1, 4, 3],
        },
        defaultMajor: "17",
        logs: ["postgresql", "upgrade", "iam-db-auth-error"],
        licence: "postgresql-license",
        write: postgresVersion,
    },
    mysql: {
        port: 3306,
        versions: { "8.0": [32, 46, 44], "8.4": [3, 9, 8] },
        defaultMajor: "8.0",
        logs: ["audit", "error", "general", "slowquery", "iam-db-auth-error"],
        licence: "general-public-license",
        write: postgresVersion,
    },
    mariadb: {
        port: 3306,
        versions: { "10.6": [10, 25, 24], "10.11": [4, 16, 15], "11.4": [3, 10, 9], "11.8": [3, 6, 5] },
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
    const offer = engines[engine];
    const [low, high] = offer?.versions[major] ?? [1, 0];
    return offer === undefined
        ? []
        : Array.from({ length: high - low + 1 }, (_, index) => offer.write(major, low + index));
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
    const offer = engines[engine];
    const wanted = version ?? offer?.defaultMajor ?? "";
    const major = majorOf(engine, wanted);
    const [low, high, preferred] = offer?.versions[major ?? ""] ?? [1, 0, 0];
    if (offer === undefined || major === undefined) {
        return undefined;
    }
    if (wanted === major) {
        return offer.write(major, preferred);
    }
    const minor = minorOf(engine, wanted);
    return minor >= low && minor <= high && Number.isInteger(minor) ? wanted : undefined;
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

/** The version of a cluster or an instance, chosen or given. */
export function versionIn(inputs: Props): string | undefined {
    return actualVersion(must(inputs, "engine"), text(inputs, "engineVersion"));
}
