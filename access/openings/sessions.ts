import type { DeclaredServer } from "../databases/declaredServers";
import { Level, levelOf } from "../model/level";
import type { Right } from "../postgres/rights";
import type { Opening } from "./opening";

/** Settings of logins that change what their sessions do: the initial role, and other owners' schemas in the search path. */
export function sessions(
    { server, rights, administrators }: DeclaredServer,
    rightsOf: (login: string) => readonly Right[],
): readonly Opening[] {
    const schemas = new Set(rights.world.objects.flatMap(({ kind, name }) => (kind === "schema" ? [name] : [])));
    const logins = [...rights.world.roles.values()].filter(
        ({ name, login }) => login && !administrators.includes(name),
    );
    return logins.flatMap(({ name, assumes, searchPath = [] }): Opening[] => {
        const begins =
            assumes === undefined
                ? []
                : [
                      {
                          key: `${server.key} ${name} begins as ${assumes}`,
                          text: `sessions of ${name} on ${server.key} begin as ${assumes}`,
                      },
                  ];
        const foreign = searchPath.filter((schema) => schemas.has(schema) && schema !== "public");
        if (foreign.length === 0) {
            return begins;
        }
        const filled = new Set(
            rightsOf(name).flatMap((right) =>
                right.blocked === undefined && levelOf.right(right, false) >= Level.Write
                    ? [schemaOf(right.object)]
                    : [],
            ),
        );
        const led = foreign.filter((schema) => !filled.has(schema));
        const text = (schema: string): string =>
            `names in the statements of ${name} on ${server.key} lead into schema ${schema} (search_path), which others fill`;
        return [
            ...begins,
            ...led.map((schema) => ({ key: `${server.key} ${name} looks in ${schema}`, text: text(schema) })),
        ];
    });
}

function schemaOf({
    kind,
    name,
    schema,
}: {
    readonly kind: string;
    readonly name: string;
    readonly schema?: string;
}): string | undefined {
    return kind === "schema" ? name : schema;
}
