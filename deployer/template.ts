/** Property values of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

/** What the placeholders of an ARN template stand for. */
export interface Values {
    readonly partition: string;
    readonly region: string;
    readonly account: string;
    /** The id, if the resource exists. */
    readonly id: string | undefined;
    readonly properties: Properties;
    /** The properties of the object of a type with this id, name or ARN, among them `id`. */
    readonly find: (type: string, value: string) => Properties | undefined;
}

/** Services whose ARNs have no region: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
const global = new Set(["iam"]);

/** The ARNs that a template of a row ({@link Row}) stands for; none if a placeholder has no value. */
export function arnsOf(template: string, values: Values): readonly string[] {
    const [service = "", resource] = template.split(" ");
    const full =
        resource === undefined
            ? template
            : `arn:{partition}:${service}:${global.has(service) ? "" : "{region}"}:{account}:${resource}`;
    return full.split(/(\{[^}]+\})/).reduce<readonly string[]>(
        (begun, part) =>
            begun.flatMap((text) =>
                (part.startsWith("{") ? valuesOf(part.slice(1, -1), values) : [part]).map(
                    // IAM names an OpenID Connect provider without its scheme.
                    (value) => text + value.replace(/^https:\/\//, ""),
                ),
            ),
        [""],
    );
}

function valuesOf(placeholder: string, values: Values): readonly string[] {
    const { partition, region, account, id } = values;
    const constant = { partition, region, account }[placeholder];
    if (constant !== undefined) {
        return [constant];
    }
    if (placeholder === "id") {
        return id === undefined ? [] : [id];
    }
    const [path = "", ...steps] = placeholder.split(">");
    return follow(textsAt(values.properties, path), steps, values);
}

/** Goes from objects to others that their properties name: the steps are types and properties in turn. */
function follow(
    from: readonly string[],
    [type, property, ...rest]: readonly string[],
    values: Values,
): readonly string[] {
    if (type === undefined || property === undefined) {
        return from;
    }
    const next = from.flatMap((value) => textsAt(values.find(type, value) ?? {}, property));
    return follow([...new Set(next)], rest, values);
}

/** The strings at a path such as `launchTemplate.id`; a list on the path means each of its members. */
export function textsAt(properties: unknown, path: string): readonly string[] {
    const found = path.split(".").reduce<readonly unknown[]>(
        (values, name) =>
            values.flatMap((value) => {
                const inner = typeof value === "object" && value !== null ? (value as Properties)[name] : undefined;
                return Array.isArray(inner) ? (inner as unknown[]) : [inner];
            }),
        [properties],
    );
    return found.filter((value) => typeof value === "string" && value !== "") as string[];
}
