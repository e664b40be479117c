import { readVersion, type Engine } from "../engines";

/** The version that a config requests. */
export interface WantedVersion {
    /** The engine, as the config names it. */
    readonly family: Engine;
    /** The engine, as RDS names it. */
    readonly engine: string;
    /** `16.6`, or `16` to let AWS apply minor versions. */
    readonly wanted: string;
    readonly allowMajorVersionUpgrade: boolean;
    /** Whether the database has a copy in another region, so that AWS prescribes the order of an upgrade. */
    readonly replicated: boolean;
}

/** Why the running version cannot become the wanted one; undefined if it can, or is that version. */
export function refusedUpgrade(args: WantedVersion, running: string): string | undefined {
    const { family, wanted, allowMajorVersionUpgrade, replicated } = args;
    const [to, from] = [readVersion(family, wanted), readVersion(family, running)];
    if (to.major === from.major && !to.pinned) {
        return undefined;
    }
    const order = compareVersions(wanted, running);
    if (order < 0) {
        return `RDS cannot go back from ${running} to ${wanted}; write "${running}", or "${from.major}" to let AWS apply minor versions`;
    }
    if (order === 0) {
        return undefined;
    }
    if (replicated) {
        return inOrder(args, to.major === from.major);
    }
    return to.major === from.major || (allowMajorVersionUpgrade && to.pinned)
        ? undefined
        : `${running} to ${wanted} is a major upgrade: write the full version and allowMajorVersionUpgrade: true beside it, for one run`;
}

/**
 * A minor version goes to the copy first. A major one goes to an Aurora global database as a whole, and reaches only the read
 * replicas of an RDS instance that are in its own region:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
 */
function inOrder({ engine, wanted }: WantedVersion, minor: boolean): string {
    const here = `${wanted} cannot be set here while there is a copy in another region`;
    const aurora = engine.startsWith("aurora");
    if (!aurora && !minor) {
        return `${here}: remove platform.replica, upgrade, and then add it again`;
    }
    const commands = minor
        ? `aws rds modify-db-${aurora ? "cluster" : "instance"} --engine-version for the copy, and then for this database`
        : "aws rds modify-global-cluster --allow-major-version-upgrade --engine-version, which upgrades both";
    return `${here}: run ${commands}, then pulumi refresh, and then write the version that runs`;
}

/**
 * Why an Aurora cluster that was created with a major version alone cannot be changed: the provider would send that
 * again (engineVersion.ts), and AWS would take it for its preferred minor version. Undefined if that runs.
 */
export function refusedResend(major: string, running: string, preferred: string): string | undefined {
    return compareVersions(preferred, running) === 0
        ? undefined
        : `the state holds "${major}", which AWS takes for ${preferred}, and ${running} runs: write "${running}" for one run, and then "${major}" again`;
}

/** Why a database cannot be created with a pinned version; RDS withdraws old minor versions from new databases. */
export function notOffered({ engine, wanted }: WantedVersion, offered: readonly string[]): string {
    return `RDS does not offer ${engine} ${wanted} for new databases here; it offers ${offered.join(", ")}`;
}

/** Negative if the first is older. A suffix of only one of the two, such as a patch's, makes no difference. */
export function compareVersions(one: string, other: string): number {
    const [left, right] = [one, other].map((version) => (version.match(/\d+/g) ?? []).map(Number));
    const parts = (left ?? []).map((part, index) => part - (right?.[index] ?? part));
    return parts.find((difference) => difference !== 0) ?? 0;
}
