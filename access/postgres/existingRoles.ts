import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import { text, texts } from "../resources/value";

/** Keeps a value in the state: `{ existingRole, database, schemas, migration, … }` describes a role that the program does not manage. */
const STASH = "pulumi:index:Stash";

/** A role that existed before the program, which does not manage it; logins of the program act as it. */
export interface ExistingRole {
    readonly name: string;
    /** The login that has a password; undefined once it is closed. */
    readonly passwordLogin: string | undefined;
    /** The login whose password is gone; undefined while it has one. */
    readonly closedLogin: string | undefined;
    readonly database: string | undefined;
    /** Schemas with its data. */
    readonly schemas: readonly string[];
}

/** The existing roles that resources name. */
export function existingRoles(graph: Graph): readonly ExistingRole[] {
    return graph.ofType(STASH).flatMap((stash) => {
        const name = text(property(stash, "input", "existingRole"));
        if (name === undefined) {
            return [];
        }
        const login = text(property(stash, "input", "migration", "login")) ?? name;
        const closed = text(property(stash, "input", "migration", "state")) === "finished";
        return [
            {
                name,
                passwordLogin: closed ? undefined : login,
                closedLogin: closed ? login : undefined,
                database: text(property(stash, "input", "database")),
                schemas: texts(property(stash, "input", "schemas")),
            },
        ];
    });
}
