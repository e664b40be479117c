import type { AccessModel } from "../matrix/model";
import { datumOf } from "../model/datum";
import type { Datum } from "../model/datum";
import { isMeant, isWho, meansSchema } from "./check";
import type { Assertion } from "./parse";
import { dataPattern } from "./patterns";

const SCHEMA = "postgresql:index/schema:Schema";

/** The two versions of a stack. */
export interface Versions {
    readonly before: AccessModel;
    readonly after: AccessModel;
}

/** Whether a statement names data, or an excluded identity, that only the earlier version has. */
export function isIdle(assertion: Assertion, { before, after }: Versions): boolean {
    if (assertion.kind === "isolated") {
        const lost = (name: string): boolean => isSchema(before, name) && !isSchema(after, name);
        return follows(assertion, { before, after }) || (assertion.schemas?.some(lost) ?? false);
    }
    const [had, has] = [before, after].map(dataOf);
    const lost = assertion.data.some((pattern) => had?.(pattern) === true && has?.(pattern) === false);
    const gone = lost || follows(assertion, { before, after });
    const whom = assertion.kind === "never" ? assertion.who : [];
    return gone || whom.some((who) => isAnybody(before, who) && !isAnybody(after, who));
}

/** The statement that means the same data under its new names; a schema is the same if its resource is. */
export function followed(assertion: Assertion, versions: Versions): Assertion {
    const moves = renamedSchemas(versions);
    const also = (pattern: string): readonly string[] => {
        const { place, schema, name } = dataPattern(pattern);
        const meant = moves.filter(
            ({ from, to }) => meansSchema({ place, schema }, from) && !meansSchema({ place, schema }, to),
        );
        return meant.map(({ to }) =>
            [place === "" ? "" : `${to.server}/${to.database}/`, to.schema, name === "" ? "" : `.${name}`].join(""),
        );
    };
    if (assertion.kind === "isolated") {
        const { schemas } = assertion;
        return schemas === undefined ? assertion : { ...assertion, schemas: [...schemas, ...schemas.flatMap(also)] };
    }
    return { ...assertion, data: [...assertion.data, ...assertion.data.flatMap(also)] };
}

function follows(assertion: Assertion, versions: Versions): boolean {
    const means = (one: Assertion): readonly string[] => (one.kind === "isolated" ? (one.schemas ?? []) : one.data);
    return means(followed(assertion, versions)).length > means(assertion).length;
}

interface Schema {
    readonly server: string;
    readonly database: string;
    readonly schema: string;
}

/** Renamed schemas: those of the same resource or, if that changed too, of the same component. */
function renamedSchemas({ before, after }: Versions): readonly { readonly from: Schema; readonly to: Schema }[] {
    const [old, now] = [schemasOf(before), schemasOf(after)];
    const has = (some: readonly Declared[], { key }: Declared): boolean => some.some((one) => one.key === key);
    const came = now.filter((one) => !has(old, one));
    return old
        .filter((one) => !has(now, one))
        .flatMap((from) => {
            const same = came.filter(({ source }) => source === from.source);
            const kin = came.filter(({ parent }) => parent !== undefined && parent === from.parent);
            return (same.length > 0 ? same : kin).map((to) => ({ from, to }));
        });
}

interface Declared extends Schema {
    readonly key: string;
    readonly source: string;
    readonly parent: string | undefined;
}

function schemasOf({ servers, graph }: AccessModel): readonly Declared[] {
    return servers.flatMap(({ server, rights }) =>
        rights.world.objects
            .filter(({ kind, source }) => kind === "schema" && graph.get(source)?.type === SCHEMA)
            .map(({ database, name, source }) => ({
                server: server.key,
                database,
                schema: name,
                key: `${server.key}/${database}/${name}`,
                source,
                parent: graph.get(source)?.parent,
            })),
    );
}

function isSchema(model: AccessModel, pattern: string): boolean {
    return schemasOf(model).some((one) => meansSchema({ place: "", schema: pattern }, one));
}

/** Decides whether DATA matches anything that the resources declare. */
function dataOf({ servers }: AccessModel): (pattern: string) => boolean {
    const data = servers.flatMap(({ server, rights }) =>
        rights.world.objects.map((one): Datum => datumOf(server, one)),
    );
    const known = new Set(data.flatMap(({ schema, name }) => (name === undefined ? [] : [`${schema}.${name}`])));
    return (pattern) => data.some((datum) => isMeant(datum, pattern, known));
}

function isAnybody(model: AccessModel, who: string): boolean {
    return model.cells.some((cell) => cell.paths.some((path) => isWho(model, cell, path, who, "never")));
}
