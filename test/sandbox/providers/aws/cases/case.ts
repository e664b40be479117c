import type { Props } from "../../../../../sandbox/providers/protocol/types";
import type { World } from "../world";

/** One resource type: arguments that AWS takes, and changes of them that it refuses. */
export interface Case {
    readonly type: string;
    readonly sample: (world: World) => Props;
    /** Why, what is changed in the sample, and the whole message. */
    readonly refused: readonly (readonly [
        why: string,
        change: (world: World) => Props,
        message: (world: World) => string,
    ])[];
}
