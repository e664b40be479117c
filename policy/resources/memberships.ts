import type { Answer } from "../iam";
import { isUnknown } from "./unknownValues";
import { Candidates, grouped } from "./resourceReferences";
import type { Reference } from "./resourceReferences";
import type { Resource } from "./resource";

export const roleType = "postgresql:index/role:Role";
export const membershipType = "postgresql:index/grantRole:GrantRole";
const providerType = "pulumi:providers:postgresql";

export const membershipTypes: readonly string[] = [roleType, membershipType, providerType];

/** The group whose members log in with IAM (RDS user guide, "Creating a database account using IAM authentication"). */
export const iamGroup = "rds_iam";

/** The group whose members may use replication slots. */
export const replicationGroup = "rds_replication";

/** Roles that PostgreSQL and RDS create; none of them is a member of {@link iamGroup}. */
const builtIn = /^(pg_|rds_|rdsadmin$|rdsrepladmin$|rdstopmgr$)/;

/** A membership on the server that its provider connects to. */
interface Membership {
    readonly by: Resource;
    readonly member: string | undefined;
    readonly group: string | undefined;
}

/** Whether and how a role is a member of {@link iamGroup}. */
export interface Path {
    readonly answer: Answer;
    /** The roles along the path, as far as the stack shows them. */
    readonly roles: readonly string[];
    /** Why the answer is `maybe`. */
    readonly open?: string;
}

/** Role memberships per server: roles with the same name on two servers are unrelated. */
export class Memberships {
    /** By member; under `undefined` if the member is not known yet. */
    private readonly byMember: ReadonlyMap<string | undefined, readonly Membership[]>;
    private readonly byName: ReadonlyMap<string, readonly Resource[]>;
    private readonly roles: Candidates;
    private readonly providers: ReadonlyMap<string, Resource>;

    constructor(resources: readonly Resource[]) {
        this.roles = new Candidates(resources.filter(({ type }) => type === roleType));
        this.providers = new Map(resources.filter(({ type }) => type === providerType).map((one) => [one.urn, one]));
        const own = this.roles.all.flatMap((by) =>
            this.named(by, "roles").map((group): Membership => ({ by, member: roleName(by), group })),
        );
        const granted = resources
            .filter(({ type }) => type === membershipType)
            .flatMap((by) =>
                this.named(by, "role").flatMap((member) =>
                    this.named(by, "grantRole").map((group): Membership => ({ by, member, group })),
                ),
            );
        this.byMember = grouped([...own, ...granted], ({ member }) => member);
        this.byName = grouped(this.roles.all, roleName);
    }

    /** The role names in an argument; undefined for one that is not known yet. */
    private named(resource: Resource, argument: string): readonly (string | undefined)[] {
        const name = ({ resource: role, id, certain }: Reference): string | undefined =>
            role === undefined ? id : certain ? roleName(role) : undefined;
        return this.roles.named(resource, argument).map(name);
    }

    /** The most certain path from a role to {@link iamGroup}, and the shortest of these. */
    toIam(role: Resource): Path {
        const seen = new Set([roleName(role)]);
        const queue: Path[] = [{ answer: "yes", roles: [roleName(role)] }];
        let perhaps: Path | undefined;
        for (const path of queue) {
            for (const { group, answer } of this.groupsOf(path.roles.at(-1) ?? "", role)) {
                const next: Path = {
                    answer: answer === "yes" ? path.answer : "maybe",
                    roles: group === undefined ? path.roles : [...path.roles, group],
                };
                if (group === iamGroup && next.answer === "yes") {
                    return next;
                }
                const open = this.openEnd(group, role);
                if (open !== undefined) {
                    perhaps ??= { ...next, answer: "maybe", open };
                } else if (group !== undefined && !seen.has(group)) {
                    seen.add(group);
                    queue.push(next);
                }
            }
        }
        return perhaps ?? { answer: "no", roles: [] };
    }

    /** Why a path to {@link iamGroup} cannot be followed beyond a group; undefined if it can. */
    private openEnd(group: string | undefined, role: Resource): string | undefined {
        if (group === undefined) {
            return "not all memberships are known yet";
        }
        if (group === iamGroup) {
            return "the server of a provider is not known yet";
        }
        return this.has(group, role) || builtIn.test(group) ? undefined : `${group} is not a role in this stack`;
    }

    /** The groups of a role on the same server as a resource. */
    private groupsOf(
        name: string,
        on: Resource,
    ): readonly { readonly group: string | undefined; readonly answer: Answer }[] {
        const memberships = [...(this.byMember.get(name) ?? []), ...(this.byMember.get(undefined) ?? [])];
        return memberships.flatMap(({ by, member, group }) => {
            const same = this.sameServer(by, on);
            return same === "no" ? [] : [{ group, answer: member === undefined ? "maybe" : same }];
        });
    }

    /** Whether the stack creates a role with this name on the same server as a resource. */
    private has(name: string, on: Resource): boolean {
        return (this.byName.get(name) ?? []).some((role) => this.sameServer(role, on) !== "no");
    }

    /** Whether two resources share a server: through one provider, or through two with the same host and port. */
    private sameServer(one: Resource, other: Resource): Answer {
        if (one.provider.urn === other.provider.urn) {
            return "yes";
        }
        const [a, b] = [this.address(one), this.address(other)];
        if (a.host !== undefined && b.host !== undefined) {
            return a.host === b.host && a.port === b.port ? "yes" : "no";
        }
        if (a.made.size === 0 || b.made.size === 0) {
            return "maybe";
        }
        return [...a.made].some((urn) => b.made.has(urn)) ? "yes" : "no";
    }

    private address({ provider }: Resource): { host: string | undefined; port: string; made: ReadonlySet<string> } {
        const { host, port } = provider.props;
        const at = typeof port === "number" || typeof port === "string" ? `${port}` : "5432";
        const made = new Set((this.providers.get(provider.urn)?.sources["host"] ?? []).map(({ urn }) => urn));
        return { host: typeof host === "string" && !isUnknown(host) ? host : undefined, port: at, made };
    }
}

/** A role's name on the server; the resource's name while that is not known. */
export function roleName({ name, props }: Resource): string {
    const given = props["name"];
    return typeof given === "string" && !isUnknown(given) ? given : name;
}
