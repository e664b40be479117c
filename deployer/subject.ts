import type { Values } from "./template";

/** The resource that the calls are about. */
export interface Subject extends Values {
    readonly type: string;
    /** The tags of an object with this ARN; undefined if it has none or is not there. */
    readonly tagsOf: (arn: string) => Tags | undefined;
}

export type Tags = Readonly<Record<string, string>>;
