import assert from "node:assert/strict";
import * as sdk from "@pulumi/policy";
import type { PolicyResource, ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { Arguments } from "../../../policy/resources/resource";
import { toPolicy } from "../../../policy/resources/rule";
import type { Rule, Settings } from "../../../policy/resources/rule";
import { groupedBy } from "../../../toolkit/grouped";

/** The SDK's wrapper of the values that it passes to rules; exported, but not in its types. */
const { unknownCheckingProxy } = sdk as unknown as { unknownCheckingProxy: (props: object) => Record<string, unknown> };

/** The engine's marker for a string that is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource in a test's stack: its type, name, values and dependencies. */
export interface Made {
    readonly type: string;
    readonly name: string;
    /** Its arguments, for a rule over one resource; its outputs, for a rule over the whole stack. */
    readonly props: Record<string, unknown>;
    /** For a rule over the whole stack: its arguments, if they differ from the outputs. */
    readonly inputs?: Record<string, unknown>;
    readonly from?: Readonly<Record<string, readonly string[]>>;
    readonly provider?: Record<string, unknown>;
    /** The name of its provider; by default, the default provider. */
    readonly by?: string;
    /** The name of its parent component. */
    readonly parent?: string;
}

const notApplicable = (): never => {
    throw new Error("a rule must not call notApplicable: it costs more than reporting nothing");
};

/** The engine's output for a rule over one resource, before it is created: `[level] message`. */
export function judge<P extends Settings>(
    rule: Rule<P>,
    { type, name, props, provider }: Made,
    config: object = {},
): string[] {
    const said: string[] = [];
    const args = {
        type,
        name,
        urn: urnOf(name),
        props: unknownCheckingProxy(props),
        ...(provider !== undefined && { provider: { urn: urnOf("default"), props: unknownCheckingProxy(provider) } }),
        getConfig: () => config,
        notApplicable,
    };
    run(toPolicy(rule, new Arguments()), args, said);
    return said;
}

function run(policy: ReturnType<typeof toPolicy>, args: object, said: string[]): void {
    assert.ok("validateResource" in policy && typeof policy.validateResource === "function");
    void policy.validateResource(args as ResourceValidationArgs, reporter(said));
}

/** The engine's output for a rule over the whole stack, without that for single resources. */
export function judgeStack<P extends Settings>(rule: Rule<P>, made: readonly Made[], config: object = {}): string[] {
    return judgeRun(rule, made, config).atTheEnd;
}

/** The engine's output for a rule in one run: before each resource is created, and at the end. */
export function judgeRun<P extends Settings>(
    rule: Rule<P>,
    made: readonly Made[],
    config: object = {},
): { readonly before: string[]; readonly atTheEnd: string[] } {
    const before: string[] = [];
    const said: string[] = [];
    const kept = new Arguments();
    const policy = toPolicy(rule, kept);
    assert.ok("validateStack" in policy && typeof policy.validateStack === "function");
    const getConfig = (): object => config;
    for (const { type, name, inputs } of made) {
        if (inputs !== undefined) {
            run(
                policy,
                { type, name, urn: urnOf(name), props: unknownCheckingProxy(inputs), getConfig, notApplicable },
                before,
            );
        }
    }
    const resources = made.map((one) => inStack(one));
    const byName = groupedBy(resources, ({ name }) => name);
    const named = (name: string): readonly InStack[] => byName.get(name) ?? [];
    made.forEach(({ from, parent }, index) => {
        const resource = resources[index];
        for (const [property, names] of Object.entries(from ?? {})) {
            Object.assign(resource?.propertyDependencies ?? {}, { [property]: names.flatMap(named) });
        }
        Object.assign(resource ?? {}, { parent: named(parent ?? "")[0] });
    });
    const args = { resources: resources as unknown as PolicyResource[], getConfig, notApplicable };
    void policy.validateStack(args as unknown as StackValidationArgs, reporter(said));
    return { before, atTheEnd: said };
}

type InStack = ReturnType<typeof inStack>;

function inStack({ type, name, props, provider, by }: Made) {
    const propertyDependencies: Record<string, unknown[]> = {};
    const made = { urn: urnOf(by ?? "default"), props: unknownCheckingProxy(provider ?? {}) };
    return { type, name, urn: urnOf(name), props: unknownCheckingProxy(props), propertyDependencies, provider: made };
}

function urnOf(name: string): string {
    return `urn:${name}`;
}

function reporter(said: string[]): ReportViolation {
    return ((violation: { message: string; enforcementLevel?: string }) => {
        said.push(`[${violation.enforcementLevel ?? "as set"}] ${violation.message}`);
    }) as unknown as ReportViolation;
}

/** A policy document in JSON; statements default to an Allow of rds-db:connect. */
export function policy(...statements: object[]): string {
    return JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.map((one) => ({
            Effect: "Allow",
            ...("NotAction" in one ? {} : { Action: "rds-db:connect" }),
            ...one,
        })),
    });
}

export const arn = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/shop_app";
