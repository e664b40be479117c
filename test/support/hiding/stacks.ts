import { unknown } from "../../policy/rules/harness";
import type { Made } from "../../policy/rules/harness";
import { recordStack } from "../examples";
import type { ExampleStack } from "../examples";

type Props = Record<string, unknown>;

/** Prefixes of AWS' ids, by which the rules tell gateways apart, and the arguments that contain such ids. */
const ids: readonly (readonly [prefix: string, type: RegExp, argument: RegExp])[] = [
    ["vpc-", /:Vpc$/, /^vpcId$/],
    ["subnet-", /:Subnet$/, /^subnetIds?$/],
    ["rtb-", /:RouteTable$/, /^routeTableIds?$/],
    ["igw-", /:InternetGateway$/, /^gatewayId$/],
    ["nat-", /:NatGateway$/, /^natGatewayId$/],
    ["sg-", /:(Default)?SecurityGroup$/, /^(vpcS|referencedS|s)ecurityGroup(Id|Ids|s)$/],
];

/** The resources of an example stack after an update, with all ids known. */
export async function deployed(stack: ExampleStack): Promise<readonly Made[]> {
    const { created: resources } = await recordStack(stack);
    const known = resources
        .filter(({ type }) => !type.startsWith("pulumi:"))
        .map(({ type, name, inputs, state, id, provider }): Made => {
            const prefix = ids.find(([, pattern]) => pattern.test(type))?.[0];
            return {
                type,
                name: `${type} ${name}`,
                inputs: withIds(inputs),
                props: { ...withIds(state), id: prefix === undefined ? id : `${prefix}${name}` },
                by: provider,
            };
        });
    return withDependencies(known);
}

function withIds(props: Props): Props {
    return Object.fromEntries(
        Object.entries(props).map(([argument, value]) => {
            const prefix = ids.find(([, , pattern]) => pattern.test(argument))?.[0];
            const change = (text: string): string =>
                prefix !== undefined && text.endsWith("-id") ? `${prefix}${text.slice(0, -3)}` : text;
            return [argument, mapStrings(value, change)];
        }),
    );
}

/** What only AWS knows of a resource: the outputs that are not arguments. */
function computed({ props, inputs = {} }: Made): readonly string[] {
    return Object.entries(props)
        .filter(([name, value]) => typeof value === "string" && value !== "" && inputs[name] === undefined)
        .map(([, value]) => value as string);
}

/** Finds outputs in texts. Names may be parts of other texts; ids and ARNs are not. */
class Outputs {
    private readonly owners = new Map<string, Set<string>>();
    private readonly parts: readonly string[];

    constructor(stack: readonly Made[]) {
        for (const one of stack) {
            for (const value of computed(one)) {
                this.owners.set(value, (this.owners.get(value) ?? new Set()).add(one.name));
            }
        }
        this.parts = [...this.owners.keys()].filter((value) =>
            /-id$|^arn:|^(vpc|subnet|rtb|igw|nat|sg|cluster|db)-/.test(value),
        );
    }

    /** The resources whose outputs a text contains. */
    in(text: string): readonly string[] {
        const parts = this.parts.filter((value) => text.length > value.length && text.includes(value));
        return [text, ...parts].flatMap((value) => [...(this.owners.get(value) ?? [])]);
    }
}

/** The resources whose outputs each argument contains, as the engine reports them. */
export function withDependencies(stack: readonly Made[]): readonly Made[] {
    const outputs = new Outputs(stack);
    return stack.map((one) => {
        const from = Object.entries(one.inputs ?? {}).map(([argument, value]) => {
            const found = new Set(stringsIn(value).flatMap((text) => outputs.in(text)));
            found.delete(one.name);
            return [argument, [...found]] as const;
        });
        return { ...one, from: Object.fromEntries(from) };
    });
}

/** The same stack at its first preview: its outputs are unknown, or missing if its providers are not configured yet. */
export function firstPreview(stack: readonly Made[], outputs: "unknown" | "missing"): readonly Made[] {
    const values = new Outputs(stack);
    return withDependencies(stack).map((one) => {
        const inputs = mapStrings(one.inputs ?? {}, (text) => (values.in(text).length > 0 ? unknown : text)) as Props;
        const props = outputs === "missing" ? {} : { ...(mapStrings(one.props, () => unknown) as Props), ...inputs };
        return { ...one, inputs, props };
    });
}

/** The stack without a resource, as if another stack had created it, and its outputs were known or not known yet. */
export function without(stack: readonly Made[], hidden: Made, outputs: "known" | "unknown"): readonly Made[] {
    const values = new Outputs([hidden]);
    const blind = (props: Props): Props =>
        outputs === "known" || !stringsIn(props).some((text) => values.in(text).length > 0)
            ? props
            : (mapStrings(props, (text) => (values.in(text).length > 0 ? unknown : text)) as Props);
    return stack
        .filter((one) => one !== hidden)
        .map((one) => ({
            ...one,
            props: blind(one.props),
            inputs: blind(one.inputs ?? {}),
            from: Object.fromEntries(
                Object.entries(one.from ?? {}).map(([argument, names]) => [
                    argument,
                    names.filter((name) => name !== hidden.name),
                ]),
            ),
        }));
}

function stringsIn(value: unknown): readonly string[] {
    return typeof value === "string"
        ? [value]
        : typeof value === "object" && value !== null
          ? Object.values(value).flatMap(stringsIn)
          : [];
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
    if (typeof value === "string") {
        return change(value);
    }
    if (Array.isArray(value)) {
        return value.map((one) => mapStrings(one, change));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapStrings(one, change)]))
        : value;
}
