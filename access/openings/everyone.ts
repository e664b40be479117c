import type { DeclaredServer } from "../databases/declaredServers";
import { keyOf, PUBLIC } from "../postgres/serverState";
import type { PgObject } from "../postgres/serverState";
import type { Opening } from "./opening";

/** Databases without data. */
const EMPTY: ReadonlySet<string> = new Set(["postgres", "template1", "rdsadmin"]);

/** Privileges that a resource grants to PUBLIC, and databases still open to it: every future login has them too. */
export function everyone({ server, rights }: DeclaredServer): readonly Opening[] {
    const opens = (object: PgObject, source: string): boolean =>
        source.startsWith("urn:") || (object.kind === "database" && !EMPTY.has(object.name));
    return rights.world.objects.flatMap((object) =>
        object.entries.flatMap(({ grantee, privilege, source }): Opening[] => {
            const key = `${server.key}/${keyOf(object)}`;
            return grantee === PUBLIC && opens(object, source)
                ? [
                      {
                          key: `${key} PUBLIC ${privilege}`,
                          text: `every login of ${server.key} has ${privilege} on ${key} (PUBLIC)`,
                      },
                  ]
                : [];
        }),
    );
}
