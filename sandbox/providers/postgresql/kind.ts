import { isUnknown, ProviderError } from "../protocol/types";
import type { Context, Difference, Kind, Props, Value } from "../protocol/types";
import { checkInputs } from "./check";
import { Attributes, planned, promised, sameField } from "./fields";
import type { Field, Fields } from "./fields";
import type { Server } from "./server";

/** One resource type: its arguments, and the statements that the official provider runs for it. */
export interface ResourceType {
    readonly fields: Fields;
    /** Delete the old one before its replacement is made, whatever it is called. */
    readonly deleteBeforeReplace?: true;
    /** Makes it and sets its id. */
    create(server: Server, attributes: Attributes): Promise<void>;
    /** False when what it hangs on (a database, a role, a schema) is gone; asked before a refresh reads. */
    exists?(server: Server, attributes: Attributes): Promise<boolean>;
    /** Puts what the server says; false when it is gone. On an import there is only the id. */
    read(server: Server, attributes: Attributes): Promise<boolean>;
    update(server: Server, attributes: Attributes): Promise<void>;
    delete(server: Server, attributes: Attributes): Promise<void>;
}

/** A resource type as the engine drives it. */
export function kindOf(type: ResourceType, server: () => Server): Kind {
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
            const attributes = new Attributes(fields, {}, plan, "");
            await type.create(server(), attributes);
            await readBack(type, server(), attributes, context);
            return { id: attributes.id, state: attributes.state() };
        },
        async update(id, state, news, context, preview) {
            const plan = planned(fields, state, news);
            if (preview) {
                return { ...promised(fields, plan), id };
            }
            const attributes = new Attributes(fields, state, plan, id);
            await type.update(server(), attributes);
            await readBack(type, server(), attributes, context);
            return attributes.state();
        },
        async read(id, state, inputs) {
            const attributes = new Attributes(fields, state, { ...pick(fields, state) }, id);
            if ((await type.exists?.(server(), attributes)) === false || !(await type.read(server(), attributes))) {
                return undefined;
            }
            const current = attributes.state();
            return { id: attributes.id, state: current, inputs: inputs === undefined ? imported(fields, current) : refreshed(fields, inputs, current) };
        },
        async delete(id, state) {
            await type.delete(server(), new Attributes(fields, state, pick(fields, state), id));
        },
    };
}

async function readBack(type: ResourceType, server: Server, attributes: Attributes, { name }: Context): Promise<void> {
    if (!(await type.read(server, attributes))) {
        throw new ProviderError(`${name} was written, but reads back as if it did not exist`);
    }
}

/** Like Terraform's plan: what is wanted against what was read last, so that drift in any field shows. */
function difference(type: ResourceType, state: Props, news: Props): Difference {
    const plan = planned(type.fields, state, news);
    const changed = Object.entries(type.fields).filter(([name, field]) => field.writeOnly === undefined && !sameField(field, state[name], plan[name]));
    const replace = changed.filter(([, field]) => field.forceNew === true).map(([name]) => name);
    return {
        changed: changed.map(([name]) => name),
        replace,
        // The new one cannot be made beside the old one where both have the name that the program gave.
        deleteBeforeReplace: replace.length > 0 && (type.deleteBeforeReplace === true || sameName(state, news)),
    };
}

function sameName(state: Props, news: Props): boolean {
    return news["name"] !== undefined && !isUnknown(news["name"]) && news["name"] === state["name"];
}

function pick(fields: Fields, state: Props): Props {
    return Object.fromEntries(Object.entries(state).filter(([name]) => fields[name] !== undefined));
}

/** The program's inputs as the server has them now. Members that somebody added to a set show in the state only. */
function refreshed(fields: Fields, inputs: Props, state: Props): Props {
    const entries = Object.entries(inputs).flatMap(([name, old]): [string, Value][] => {
        const field = fields[name];
        const now = state[name];
        if (field === undefined || field.writeOnly === true) {
            return [[name, old]];
        }
        if (now === undefined) {
            return [];
        }
        return [[name, field.type === "set" && Array.isArray(old) && Array.isArray(now) ? old.filter((member) => now.includes(member)) : now]];
    });
    return Object.fromEntries(entries);
}

/** What a program has to say to get this state: all that is not a default. */
function imported(fields: Fields, state: Props): Props {
    const told = Object.entries(fields).filter(([name, field]) => field.required === true || !isDefault(field, state[name]));
    return Object.fromEntries(told.flatMap(([name]) => (state[name] === undefined ? [] : [[name, state[name]]])));
}

function isDefault(field: Field, value: Value | undefined): boolean {
    return value === undefined || sameField(field, value, field.default);
}
