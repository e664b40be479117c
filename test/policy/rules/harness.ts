import assert from "node:assert/strict";
import * as sdk from "@pulumi/policy";
import type { PolicyResource, ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { toPolicy } from "../../../policy/rule";
import type { Rule, Settings } from "../../../policy/rule";

/** Exported by the SDK, though its types leave it out: what rules are really given. */
const { unknownCheckingProxy } = sdk as unknown as { unknownCheckingProxy: (props: object) => Record<string, unknown> };

/** The engine's mark for a text that is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource of a stack, as a test writes it: its type, its name, its values, and from which others they were made. */
export interface Made {
    readonly type: string;
    readonly name: string;
    readonly props: Record<string, unknown>;
    readonly from?: Readonly<Record<string, readonly string[]>>;
    readonly provider?: Record<string, unknown>;
}

const notApplicable = (): never => {
    throw new Error("a rule never says that it does not apply: that costs more than silence");
};

/** What the engine would print of a rule over one resource, before it is created: `[level] message`. */
export function judge<P extends Settings>(rule: Rule<P>, { type, name, props, provider }: Made, config: object = {}): string[] {
    const said: string[] = [];
    const policy = toPolicy(rule);
    assert.ok("validateResource" in policy && typeof policy.validateResource === "function");
    const args = {
        type,
        name,
        urn: `urn:${name}`,
        props: unknownCheckingProxy(props),
        ...(provider !== undefined && { provider: { props: unknownCheckingProxy(provider) } }),
        getConfig: () => config,
        notApplicable,
    };
    void policy.validateResource(args as unknown as ResourceValidationArgs, reporter(said));
    return said;
}

/** What the engine would print of a rule over a whole stack. */
export function judgeStack<P extends Settings>(rule: Rule<P>, made: readonly Made[], config: object = {}): string[] {
    const said: string[] = [];
    const policy = toPolicy(rule);
    assert.ok("validateStack" in policy && typeof policy.validateStack === "function");
    const resources = made.map(({ type, name, props }) => {
        const propertyDependencies: Record<string, unknown[]> = {};
        return { type, name, urn: `urn:${name}`, props: unknownCheckingProxy(props), propertyDependencies };
    });
    made.forEach(({ from }, index) => {
        for (const [property, names] of Object.entries(from ?? {})) {
            const resource = resources[index];
            if (resource !== undefined) {
                resource.propertyDependencies[property] = resources.filter(({ name }) => names.includes(name));
            }
        }
    });
    const args = { resources: resources as unknown as PolicyResource[], getConfig: () => config, notApplicable };
    void policy.validateStack(args as unknown as StackValidationArgs, reporter(said));
    return said;
}

function reporter(said: string[]): ReportViolation {
    return ((violation: { message: string; enforcementLevel?: string }) => {
        said.push(`[${violation.enforcementLevel ?? "as set"}] ${violation.message}`);
    }) as unknown as ReportViolation;
}

/** A policy document in JSON, of the statements given; what they leave out is an Allow of rds-db:connect. */
export function policy(...statements: object[]): string {
    return JSON.stringify({ Version: "2012-10-17", Statement: statements.map((one) => ({ Effect: "Allow", ...("NotAction" in one ? {} : { Action: "rds-db:connect" }), ...one })) });
}

export const arn = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/shop_app";
