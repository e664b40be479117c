import type { DatabaseTrials, DeclaredServer } from "../../access";
import { ATTRIBUTES, type Attribute } from "../../access/catalog/facts";
import { choosePairs, type Classified, type Pairs } from "../../sandbox/attempts/pairs";

type Rights = DeclaredServer["rights"];

/** Rights through a group of more logins are those of a class, and not an exception of one login. */
const FEW_HEIRS = 20;

const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTES) as readonly Attribute[];

/**
 * Chooses in which schemas, and for which roles, each login tries what it may do: all, or where many logins are, what
 * represents all. Logins with equal memberships are one class, and so are schemas with equal access lists, if
 * roles that belong to one login alone count as equal.
 */
export class ChosenTrials {
    private readonly classified: readonly Classified[];
    /** The number of the logins that belong to a role. */
    private readonly shares = new Map<string, number>();

    constructor(
        private readonly rights: Rights,
        private readonly logins: readonly string[],
        private readonly exhaustive: boolean | undefined,
    ) {
        for (const role of logins.flatMap((login) => this.rolesOf(login))) {
            this.shares.set(role, (this.shares.get(role) ?? 0) + 1);
        }
        this.classified = logins.map((name) => {
            const role = rights.world.roles.get(name);
            const attributes = ATTRIBUTE_NAMES.filter((attribute) => role?.[attribute] === true);
            const groups = this.rolesOf(name).map((role) => this.shown(role));
            return { name, likeness: JSON.stringify([attributes, groups.sort()]) };
        });
    }

    /** In which schemas of a database. */
    schemas(trials: DatabaseTrials): Pairs {
        const related = new Map(this.logins.map((login) => [login, new Set<string>()]));
        const targets = trials.schemaNames.map((name) => {
            const lines = new Set<string>();
            for (const { kind, owner, entries } of trials.inSchema(name)) {
                lines.add(`${kind} of ${this.shown(owner)}`);
                for (const { grantee, privilege } of entries) {
                    lines.add(`${kind} ${privilege} ${this.shown(grantee)}`);
                }
                for (const grantee of new Set([owner, ...entries.map((entry) => entry.grantee)])) {
                    this.few(grantee).forEach((heir) => related.get(heir)?.add(name));
                }
            }
            return { name, likeness: JSON.stringify([...lines].sort()) };
        });
        return this.choose(targets, (login) => related.get(login));
    }

    /** For which roles. */
    roles(): Pairs {
        const targets = [...this.rights.world.roles.values()].map(({ name, login }) => ({
            name,
            likeness: JSON.stringify([login, this.shown(name)]),
        }));
        const related = new Map(this.logins.map((login) => [login, new Set(this.rolesOf(login))]));
        return this.choose(targets, (login) => related.get(login));
    }

    private choose(targets: readonly Classified[], related: (login: string) => ReadonlySet<string> | undefined): Pairs {
        const none: ReadonlySet<string> = new Set();
        return choosePairs({
            logins: this.classified,
            targets,
            related: (login) => related(login) ?? none,
            exhaustive: this.exhaustive,
        });
    }

    /** The roles that it belongs to, without itself. */
    private rolesOf(login: string): string[] {
        return [...this.rights.privileges.members.belongs(login).keys()].filter((role) => role !== login);
    }

    /** A role's name, if it means more than whose it is. */
    private shown(role: string): string {
        const own = (this.shares.get(role) ?? 0) <= 1 && this.rights.world.roles.has(role);
        return own ? "its own" : role;
    }

    /** The logins that inherit a role, if they are few. */
    private few(role: string): readonly string[] {
        if ((this.shares.get(role) ?? 0) > FEW_HEIRS) {
            return [];
        }
        return [...this.rights.privileges.members.heirs(role)];
    }
}
