import { PUBLIC } from "../access/postgres/serverState";
import { groupedBy } from "../toolkit/grouped";
import type { Facts } from "./facts";
import { keepsPublic } from "./privileges";
import { describe } from "./statements";

/** What PUBLIC holds where it keeps its rights: shown, not compared. */
export function keptOf(facts: Facts, publicKept: ReadonlySet<string>): readonly string[] {
    const held = facts.objects
        .filter((object) => keepsPublic(object, publicKept))
        .flatMap((object) =>
            object.items
                .filter(({ grantee }) => grantee === PUBLIC)
                .map(({ privilege }) => ({ on: `${describe(object)} of ${object.database}`, privilege })),
        );
    return [...groupedBy(held, ({ on }) => on)].map(
        ([on, privileges]) =>
            `PUBLIC's ${privileges.map(({ privilege }) => privilege).join(", ")} on ${on} (access.publicRights: keep)`,
    );
}
