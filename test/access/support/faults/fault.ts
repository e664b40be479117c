import type { Edit } from "../edit";
import { ACCOUNT, REGION } from "../stack";

/** One fault in a stack. */
export interface Fault {
    readonly title: string;
    readonly plant: (edit: Edit) => unknown;
    /** The complete result of a comparison with the sound stack. */
    readonly says: readonly string[];
}

export function fault(title: string, plant: Fault["plant"], ...says: readonly string[]): Fault {
    return { title, plant, says };
}

export function dbuser(resourceId: string, user: string): string {
    return `arn:aws:rds-db:${REGION}:${ACCOUNT}:dbuser:${resourceId}/${user}`;
}

export function roleArn(name: string): string {
    return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** A policy with one statement that allows a connect. */
export function connectTo(resource: string): string {
    return JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: resource }],
    });
}
