import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import { isValues, text } from "../resources/value";

/** Keeps a value in the state. Where that is `{ login, settings }`, a hook gives the login these settings on the server. */
const STASH = "pulumi:index:Stash";
const ROLE = "postgresql:index/role:Role";

/** Settings with which a role's sessions begin, by name. */
export type BeginsWith = Readonly<Record<string, string>>;

/** Finds what the resources say of a role's settings besides the role's own resource. */
export class DeclaredSettings {
    private readonly byRole = new Map<string, BeginsWith>();
    /** Of logins that no resource makes: the break-glass login. */
    private readonly byName = new Map<string, BeginsWith>();

    constructor(graph: Graph) {
        for (const stash of graph.ofType(STASH)) {
            const found = property(stash, "input", "settings");
            const settings = Object.fromEntries(
                Object.entries(isValues(found) ? found : {}).flatMap(([name, value]) =>
                    typeof value === "string" ? [[name, value]] : [],
                ),
            );
            const roles = graph.suppliersOf(stash, "input", [ROLE]);
            const login = text(property(stash, "input", "login"));
            roles.forEach(({ urn }) => this.byRole.set(urn, settings));
            if (roles.length === 0 && login !== undefined) {
                this.byName.set(login, settings);
            }
        }
    }

    /** Of a role that a resource makes. */
    made(urn: string): BeginsWith {
        return this.byRole.get(urn) ?? {};
    }

    /** Of a login that is made outside the program. */
    named(login: string): BeginsWith {
        return this.byName.get(login) ?? {};
    }
}
