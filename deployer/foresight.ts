import { accountOf } from "../toolkit/arn";
import type { Properties } from "./template";

/** A resource as a preview foresees it, with the ids and names that the sandbox made up. */
export interface Foreseen {
    readonly urn: string;
    readonly type: string;
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Inputs and outputs. */
    readonly properties: Readonly<Record<string, unknown>>;
    /** The provider, as the engine references it: its URN and its id. */
    readonly provider: string;
}

/** What a stack's preview foresees. */
export interface Foresight {
    readonly resources: readonly Foreseen[];
    /** The data sources that the program reads. */
    readonly lookups: readonly Lookup[];
    /** The config's values as text. */
    readonly config: string;
    readonly region: string;
    /** Names that the sandbox made up, such as that of the principal that runs the program. */
    readonly invented: readonly string[];
}

export interface Lookup {
    readonly token: string;
    readonly args: Properties;
    readonly region: string;
    /** ARN of the role that the provider assumes; empty if none. */
    readonly role: string;
}

/** The resources in another account than the sandbox's own. */
export function relocate<T>(what: T, from: string, to: string): T {
    return from === to || from === "" ? what : (JSON.parse(JSON.stringify(what).replaceAll(from, to)) as T);
}

/** The account in which the sandbox runs the program: that of resources of a provider without a role. */
export function accountOfCaller(resources: readonly Foreseen[]): string {
    const providers = new Map(resources.map(({ urn, inputs }) => [urn, inputs]));
    const own = resources.find(
        ({ type, properties, provider }) =>
            type.startsWith("aws:") &&
            roleOf(providers.get(urnOf(provider))) === "" &&
            accountOf(arnIn(properties)) !== "",
    );
    return own === undefined ? "" : accountOf(arnIn(own.properties));
}

/** A resource's ARN; empty if it has none. */
export function arnIn(properties: Properties): string {
    return typeof properties["arn"] === "string" ? properties["arn"] : "";
}

/** `URN::id` is how the engine references a provider. */
export function urnOf(provider: string): string {
    return provider.slice(0, provider.lastIndexOf("::"));
}

/** The last of the roles that a provider assumes; its structured configuration is JSON. */
export function roleOf(provider: Properties | undefined): string {
    const given = provider?.["assumeRoles"];
    const roles = (typeof given === "string" ? JSON.parse(given) : given) as
        readonly { roleArn?: string }[] | undefined;
    return roles?.at(-1)?.roleArn ?? "";
}
