import { accessOf } from "../../../access";
import type { Link } from "../../../access/chain/link";
import { chainsIn } from "../../../access/matrix/model";
import type { Edit } from "./edit";
import { resourcesOf } from "./resources";

/** The links of the first way to a login that an identity has, whether it holds or is broken. */
export function linksOf(edit: Edit, identity: string): readonly Link[] {
    return chainsIn(accessOf(resourcesOf(edit.sketches))).find((one) => one.identity.label === identity)?.links ?? [];
}

/** Of these, the one through the network. */
export function networkLink(edit: Edit, identity: string): Link | undefined {
    return linksOf(edit, identity).find(({ kind }) => kind === "network");
}
