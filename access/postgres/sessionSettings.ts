import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import { isValues, text } from "../resources/value";

/** Keeps a value in the state. If it is `{ login, settings }`, a hook applies the settings to the login on the server. */
const STASH = "pulumi:index:Stash";
const ROLE = "postgresql:index/role:Role";

/** Initial settings of a role's sessions, by name. */
export type BeginsWith = Readonly<Record<string, string>>;

/** Finds a role's settings in resources other than the role's own. */
export class DeclaredSettings {
    private readonly byRole = new Map<string, BeginsWith>();
    /** Settings of logins that no resource creates: the break-glass login. */
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

    /** Settings of a role that a resource creates. */
    made(urn: string): BeginsWith {
        return this.byRole.get(urn) ?? {};
    }

    /** Settings of a login that is created outside the program. */
    named(login: string): BeginsWith {
        return this.byName.get(login) ?? {};
    }
}
