import { CARRIERS } from "../iam";
import type { Carrier, DocumentLocation } from "../iam";
import { field, isUnknown, items } from "./unknownValues";
import type { Resource } from "./resource";

/** A value in a resource, with its location. */
export interface Held {
    /** The argument's path: `policy`, `inlinePolicies[0].policy`. */
    readonly path: string;
    /** The document, or the ARN. */
    readonly value: unknown;
}

type Places = ReadonlyMap<string, readonly DocumentLocation[]>;

const documents = places((carrier) => carrier.documents);
const attachments = places((carrier) => carrier.policies);
const policyNames = places((carrier) => carrier.policyNames);
const trusts = places(({ trust }) => (trust === undefined ? undefined : [[trust]]));

export const documentTypes: ReadonlySet<string> = new Set(documents.keys());
export const attachmentTypes: ReadonlySet<string> = new Set([...attachments.keys(), ...policyNames.keys()]);
export const trustTypes: ReadonlySet<string> = new Set(trusts.keys());

/** The identity documents in a resource. */
export function documentsOf(resource: Resource): readonly Held[] {
    return held(resource, documents);
}

/** The ARNs of the managed policies that a resource attaches. */
export function attachmentsOf(resource: Resource): readonly Held[] {
    return held(resource, attachments);
}

/** The names of the customer managed policies that a resource attaches. */
export function policyNamesOf(resource: Resource): readonly Held[] {
    return held(resource, policyNames);
}

/** The trust documents in a resource. */
export function trustsOf(resource: Resource): readonly Held[] {
    return held(resource, trusts);
}

function places(of: (carrier: Carrier) => readonly DocumentLocation[] | undefined): Places {
    return new Map(
        CARRIERS.flatMap((carrier) => {
            const found = of(carrier);
            return found === undefined ? [] : [[carrier.type, found] as const];
        }),
    );
}

function held(resource: Resource, known: Places): readonly Held[] {
    return (known.get(resource.type) ?? [])
        .flatMap(([path, inner]): Held[] => {
            const value = resource.props[path];
            if (inner === undefined) {
                return [{ path, value }];
            }
            const of = (item: unknown, at: string): Held => ({
                path: `${at}${inner === "" ? "" : `.${inner}`}`,
                value: inner === "" ? item : field(item, inner),
            });
            const single = field(value, inner) !== undefined && !isUnknown(value);
            return single ? [of(value, path)] : items(value).map((item, index) => of(item, `${path}[${index}]`));
        })
        .filter(({ value }) => value !== undefined && value !== null && value !== "");
}
