import type { Props } from "../../../../../sandbox/cloud/props";
import type { World } from "../world";

/** One resource type: valid arguments, and changes of them that AWS refuses. */
export interface Case {
    readonly type: string;
    readonly sample: (world: World) => Props;
    /** The title, the changes to the sample, and the whole message. */
    readonly refused: readonly (readonly [
        why: string,
        change: (world: World) => Props,
        message: (world: World) => string,
    ])[];
}
