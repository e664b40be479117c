import { HalfDone, ProviderError } from "../protocol/types";
import { sameValue } from "../../cloud/props";
import type { Props, Value } from "../../cloud/props";
import type { Context, Difference, Kind } from "../protocol/types";
import { checkInputs } from "./check";
import { Attributes, DEFAULTS, isDefaulted, planned, promised, sameField, texts } from "./fields";
import type { Field, Fields } from "./fields";
import type { ConfiguredServer } from "./server";

/**
 * One resource type of a provider that Pulumi bridges from Terraform: its arguments, and the official provider's
 * operations on a server.
 */
export interface ResourceType<On = ConfiguredServer> {
    readonly fields: Fields;
    /** Always delete the old one before its replacement is created, whatever its name. */
    readonly deleteBeforeReplace?: true;
    /** The id that {@link create} sets. */
    idOf(attributes: Attributes, server: On): string;
    /** Creates it and sets its id. */
    create(server: On, attributes: Attributes): Promise<void>;
    /** False if an object that it depends on (a database, a role, a schema) was deleted; checked before a refresh. */
    exists?(server: On, attributes: Attributes): Promise<boolean>;
    /** Stores the server's values; false if it was deleted. On import there is only the id. */
    read(server: On, attributes: Attributes): Promise<boolean>;
    update(server: On, attributes: Attributes): Promise<void>;
    delete(server: On, attributes: Attributes): Promise<void>;
}

/** A resource type as the engine calls it. */
export function kindOf<On>(type: ResourceType<On>, server: () => On): Kind {
    const { fields } = type;
    return {
        async check(news, olds, context) {
            return checkInputs(fields, news, olds, context);
        },
        async diff(_, state, __, news) {
            return difference(type, state, news);
        },
        async create(news, context, preview) {
            const plan = planned(fields, undefined, news);
            if (preview) {
                return { id: "", state: promised(fields, plan) };
            }
            const attributes = new Attributes(fields, {}, { ...plan }, "");
            await apply(type, server(), attributes, context, () => type.create(server(), attributes));
            return { id: attributes.id, state: applied(fields, {}, plan, attributes.state()) };
        },
        async foresee(news) {
            const plan = planned(fields, undefined, news);
            const id = type.idOf(new Attributes(fields, {}, plan, ""), server());
            return { id, state: { ...promised(fields, plan), id } };
        },
        async update(id, state, news, context, preview) {
            const plan = planned(fields, state, news);
            if (preview) {
                return { ...promised(fields, plan), id };
            }
            const attributes = new Attributes(fields, state, { ...plan }, idOf(id, state));
            await apply(type, server(), attributes, context, () => type.update(server(), attributes));
            return applied(fields, state, plan, attributes.state());
        },
        async read(id, state, inputs) {
            const attributes = new Attributes(fields, state, pick(fields, state), idOf(id, state));
            if ((await type.exists?.(server(), attributes)) === false || !(await type.read(server(), attributes))) {
                return undefined;
            }
            const current = attributes.state();
            return {
                id: attributes.id,
                state: current,
                inputs: inputs === undefined ? imported(fields, current) : refreshed(fields, inputs, current),
            };
        },
        async delete(id, state) {
            await type.delete(server(), new Attributes(fields, state, pick(fields, state), idOf(id, state)));
        },
    };
}

/**
 * Writes and reads back. If that fails for a resource with an id, the plan becomes its state, as in Terraform: the next
 * run considers the change applied, and only reading it back shows that it was not.
 */
async function apply<On>(
    type: ResourceType<On>,
    server: On,
    attributes: Attributes,
    context: Context,
    write: () => Promise<void>,
): Promise<void> {
    try {
        await write();
        if (!(await type.read(server, attributes))) {
            throw new ProviderError(`${context.name} was written, but reads back as if it did not exist`);
        }
    } catch (error) {
        if (error instanceof ProviderError && attributes.id !== "") {
            throw new HalfDone(error.message, { id: attributes.id, state: attributes.state() });
        }
        throw error;
    }
}

/** Terraform's SDK keeps a planned set, whatever is read back: only a refresh shows a difference. */
function applied(fields: Fields, before: Props, plan: Props, state: Props): Props {
    const entries = Object.entries(state).map(([name, value]): [string, Value] => {
        const field = fields[name];
        const wanted = plan[name] ?? (Array.isArray(before[name]) ? [] : undefined);
        if (field?.type === "set" && wanted !== undefined) {
            return [name, [...texts(wanted)].sort()];
        }
        const empty = Array.isArray(value) && value.length === 0;
        return [name, empty && wanted === undefined && field?.computed === undefined ? null : value];
    });
    return Object.fromEntries(entries);
}

/** Like Terraform's plan: compares the desired values with those last read, so that drift in any field shows. */
function difference(type: Pick<ResourceType, "fields" | "deleteBeforeReplace">, state: Props, news: Props): Difference {
    const plan = planned(type.fields, state, news);
    const changed = Object.entries(type.fields).filter(([name, field]) => {
        // A field that an import could not read has no value yet, not even its default (false and null are equal).
        const unread = Boolean(field.default) && (state[name] ?? undefined) === undefined;
        return field.writeOnly === undefined && (unread || !sameField(field, state[name], plan[name]));
    });
    const replace = changed.filter(([, field]) => field.forceNew === true).map(([name]) => name);
    return {
        changed: changed.map(([name]) => name),
        replace,
        // With the same explicit name, the new one cannot be created beside the old one.
        deleteBeforeReplace:
            replace.length > 0 &&
            (type.deleteBeforeReplace === true || (news["name"] !== undefined && !isDefaulted(news, "name"))),
    };
}

/** An update can change the id (a role's name), but cannot return it to the engine; the output `id` is current. */
function idOf(id: string, state: Props): string {
    return typeof state["id"] === "string" && state["id"] !== "" ? state["id"] : id;
}

function pick(fields: Fields, state: Props): Props {
    return Object.fromEntries(Object.entries(state).filter(([name]) => fields[name] !== undefined));
}

/** The program's inputs with the server's values; surplus list members show only in the state. */
function refreshed(fields: Fields, inputs: Props, state: Props): Props {
    const entries = Object.entries(inputs).flatMap(([name, old]): [string, Value][] => {
        const field = fields[name];
        const now = state[name] ?? undefined;
        if (name === DEFAULTS && Array.isArray(old)) {
            const still = old.filter(
                (property) => typeof property === "string" && sameValue(inputs[property], state[property]),
            );
            return still.length > 0 ? [[name, still]] : [];
        }
        if (field === undefined || field.writeOnly === true) {
            return [[name, old]];
        }
        if (now === undefined) {
            return [];
        }
        return [[name, Array.isArray(old) && Array.isArray(now) ? now.slice(0, old.length || now.length) : now]];
    });
    return Object.fromEntries(entries);
}

/** The inputs that produce this state: all values other than defaults. */
function imported(fields: Fields, state: Props): Props {
    const given = Object.entries(fields).filter(
        ([name, field]) => field.required === true || !isDefault(field, state[name]),
    );
    return { ...Object.fromEntries(given.map(([name]) => [name, state[name] ?? null])), [DEFAULTS]: [] };
}

function isDefault(field: Field, value: Value | undefined): boolean {
    return value === undefined || value === null || sameField(field, value, field.default);
}
