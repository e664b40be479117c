import { membershipPath } from "../catalog/membershipPath";
import type { DeclaredServer } from "../databases/declaredServers";
import { Ours } from "../databases/ours";
import type { Holding } from "../postgres/privileges";
import { DATABASE_OWNER } from "../postgres/members";
import { privilegesOf, PUBLIC } from "../postgres/serverState";
import type { Entry, Membership, Privilege } from "../postgres/serverState";
import { RDS_IAM } from "../../toolkit/serverNames";
import { objectKey } from "./catalog";
import type { Catalog } from "./catalog";
import { loginFacts, type FromElsewhere, type RightFromElsewhere } from "./fromElsewhere";

/** They give rights that no access list has: https://www.postgresql.org/docs/current/predefined-roles.html */
const WITHOUT_LISTS = ["pg_read_all_data", "pg_write_all_data", "pg_maintain"];

type There = Catalog["objects"][number];

/** Tells, on an existing server, what is from elsewhere from what is a fault of the stack's. */
export class Elsewhere {
    readonly ours: Ours;
    /** The logins that are not the stack's, but for the server's own. */
    private readonly logins: readonly string[];
    /** The memberships without those of the stack's roles, or in them, that no resource declares. */
    private readonly sound: Catalog["memberships"];
    /** Of these, those that may lead from a login of the stack's: what a group that it holds is a member of, a profile would state. */
    private readonly soundForOurs: Catalog["memberships"];
    private readonly undeclared: ReadonlySet<string>;
    private readonly found: RightFromElsewhere[] = [];
    private readonly tables: ReadonlyMap<string, There>;

    constructor(
        private readonly declared: DeclaredServer,
        private readonly catalog: Catalog,
    ) {
        this.ours = new Ours(declared);
        this.logins = [...catalog.roles.values()]
            .filter(({ name, attributes }) => attributes.login && !this.ours.role(name))
            .map(({ name }) => name);
        this.tables = new Map(
            catalog.objects.filter(({ kind }) => kind === "table").map((object) => [tableKey(object), object]),
        );
        const edge = ({ role, member }: Pick<Membership, "role" | "member">) => JSON.stringify([member, role]);
        const known = new Set(declared.rights.world.memberships.map(edge));
        const isSound = (one: Catalog["memberships"][number]) =>
            known.has(edge(one)) || !(this.ours.role(one.member) || this.ours.role(one.role));
        this.sound = catalog.memberships.filter(isSound);
        this.soundForOurs = this.sound.filter((one) => known.has(edge(one)) || !this.ours.held(one.member));
        this.undeclared = new Set(catalog.memberships.filter((one) => !isSound(one)).map(edge));
    }

    /** Whether others make a login a member of a role, or not: by memberships between their own roles. */
    membership(login: string, role: string, path: readonly Membership[] | undefined): boolean {
        if (path !== undefined) {
            return path.at(-1)?.source.startsWith("urn:") === false;
        }
        return !this.undeclared.has(JSON.stringify([login, role])) && this.reaches(login, role);
    }

    /**
     * Through what of others' a login holds what no resource gives it; undefined if it is the stack's: on its own objects, or by a
     * grant to one of its roles or to a group that a profile gives its logins.
     */
    private through(login: string, privilege: Privilege, object: There): string | undefined {
        const grantees = this.ours.place(object)
            ? []
            : this.itemsOf(object)
                  .filter((item) => item.privilege === privilege)
                  .map(({ grantee }) => grantee);
        const reached = this.reached(login);
        if (this.ours.role(login) && grantees.some((one) => this.isOurs(one) && (one === login || reached.has(one)))) {
            return undefined;
        }
        if (grantees.includes(PUBLIC)) {
            return "PUBLIC";
        }
        if (login === object.owner) {
            return "ownership";
        }
        if (grantees.includes(login)) {
            return "a grant to it";
        }
        if (grantees.includes(DATABASE_OWNER) && reached.has(DATABASE_OWNER)) {
            return "ownership of the database";
        }
        const roles = [...grantees, ...WITHOUT_LISTS].filter((one) => reached.has(one));
        const role = roles.find((one) => this.reaches(login, one));
        return role === undefined ? undefined : this.path(login, role);
    }

    /** Whether a difference on an object is others' doing; notes what that gives to the stack's logins. */
    explains(login: string, privilege: Privilege, object: There, holding: Holding | undefined): boolean {
        if (holding !== undefined) {
            // The model presumes it, and no resource gives it; a membership that is missing is a difference with all that it gives.
            const reached = this.reached(login);
            const joined = holding.path.every(({ role }) => reached.has(role));
            return !this.ours.place(object) && !holding.source.startsWith("urn:") && (joined || !this.ours.role(login));
        }
        const through = this.through(login, privilege, object);
        if (through !== undefined && this.ours.role(login)) {
            this.found.push(this.right(login, privilege, objectKey(object), through));
        }
        return through !== undefined;
    }

    /** The same for an entry of an owner's default privileges: the declared one, and the server's. */
    explainsDefault(owner: string, where: string, source: string | undefined, entry: Entry | undefined): boolean {
        if (this.ours.role(owner)) {
            return false;
        }
        if (entry === undefined) {
            return source?.startsWith("urn:") === false;
        }
        if (this.isOurs(entry.grantee)) {
            return false;
        }
        this.found.push(this.right(entry.grantee, entry.privilege, where, `default privileges of ${owner}`));
        return true;
    }

    /** Undeclared logins that hold a privilege on an object of the stack's by its access list; the master may grant itself any. */
    strangers(object: There, privilege: Privilege, compared: readonly string[]): readonly string[] {
        const holders = this.holders(privilege, object);
        return !this.ours.place(object) || holders.has(PUBLIC)
            ? []
            : this.logins
                  .filter((login) => holders.has(login) && !compared.includes(login) && !this.isSuperuser(login))
                  .filter((login) => login !== this.declared.server.master)
                  .filter((login) => this.through(login, privilege, object) === undefined);
    }

    /** Others' logins that are in `rds_iam` through a role of the stack's: RDS then refuses their passwords. */
    lockOuts(): readonly { readonly login: string; readonly by: string }[] {
        const { members } = this.declared.rights.privileges;
        return this.logins
            .filter((login) => !members.belongs(login).has(RDS_IAM))
            .flatMap((login) => {
                const path = membershipPath(this.catalog.memberships, login, RDS_IAM);
                const by = path?.find((role) => this.ours.role(role));
                return by === undefined ? [] : [{ login, by }];
            });
    }

    /** Everything that is from elsewhere; what the stack's logins have of it, as far as it was compared. */
    listed(): FromElsewhere {
        return {
            logins: this.logins.map((login) => loginFacts(this.declared, this.catalog, login)),
            rights: [...this.othersRights(), ...this.found],
        };
    }

    /** What PUBLIC and the logins that are not the stack's hold on others' objects; a superuser's are all. */
    private othersRights(): readonly RightFromElsewhere[] {
        const others = this.logins.filter((name) => !this.isSuperuser(name));
        return this.catalog.objects.flatMap((object) =>
            privilegesOf(object.kind, this.catalog.major).flatMap((privilege) => {
                const holds = (who: string) => this.holders(privilege, object).has(who);
                const on = objectKey(object);
                if (holds(PUBLIC)) {
                    return this.ours.place(object) ? [] : [this.right(PUBLIC, privilege, on, "PUBLIC")];
                }
                return others.filter(holds).flatMap((who) => {
                    const through = this.through(who, privilege, object);
                    return through === undefined ? [] : [this.right(who, privilege, on, through)];
                });
            }),
        );
    }

    private holders(privilege: Privilege, object: There): ReadonlySet<string> {
        return this.catalog.holders.get(`${privilege} ${objectKey(object)}`) ?? new Set();
    }

    private isSuperuser(login: string): boolean {
        return this.catalog.roles.get(login)?.attributes.superuser === true;
    }

    private right(who: string, privilege: string, on: string, through: string): RightFromElsewhere {
        return { server: this.declared.server.key, who, declared: this.ours.role(who), privilege, on, through };
    }

    /** The entries of its access list; a column has those of its table too. */
    private itemsOf(object: There): There["items"] {
        const table = object.kind === "column" ? this.tables.get(tableKey(object)) : undefined;
        return table === undefined ? object.items : [...object.items, ...table.items];
    }

    /** The roles whose privileges a login has. */
    private reached(login: string): ReadonlySet<string> {
        return this.catalog.reached.get(`${login} USAGE`) ?? new Set();
    }

    private reaches(login: string, role: string): boolean {
        return membershipPath(this.soundFor(login), login, role) !== undefined;
    }

    private soundFor(login: string): Catalog["memberships"] {
        return this.ours.role(login) ? this.soundForOurs : this.sound;
    }

    /** Whether resources state all that a role may do. */
    private isOurs(role: string): boolean {
        return this.ours.role(role) || this.ours.held(role);
    }

    private path(login: string, role: string): string {
        return (membershipPath(this.soundFor(login), login, role) ?? []).slice(1).join(" → ");
    }
}

/** A table, or the table of a column. */
function tableKey({ database, schema, on }: There): string {
    return JSON.stringify([database, schema, on]);
}
