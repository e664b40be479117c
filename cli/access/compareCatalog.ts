import { accessOf, NOTHING_ELSEWHERE, rowSecurityIn, verify } from "../../access";
import type { AccessModel, Catalog, Corrections, DeclaredServer, LiveResult, Resource } from "../../access";
import { BREAK_GLASS, PROVISIONER } from "../../toolkit/serverNames";

/** Compares the access computed for one server with its catalogs. */
export function compareCatalog(
    resources: readonly Resource[],
    key: string,
    catalog: Catalog,
): { readonly model: AccessModel; readonly result: LiveResult; readonly corrections: Corrections } {
    const model = accessOf(
        resources,
        new Map([[key, catalog]]),
        catalog.roles.has(PROVISIONER) ? PROVISIONER : undefined,
    );
    const declared = model.servers.find(({ server }) => server.key === key);
    const { cells, differences, elsewhere, corrections } =
        declared === undefined
            ? { cells: 0, differences: [], elsewhere: NOTHING_ELSEWHERE, corrections: new Map<string, boolean>() }
            : verify(model.graph, declared, withoutBreakGlass(catalog, declared));
    return {
        model,
        corrections,
        result: {
            cells,
            attempts: 0,
            differences,
            undecided: [],
            elsewhere,
            rowSecurity: rowSecurityIn(model, key, catalog.rowSecurity),
        },
    };
}

/** No resource declares the break-glass login, unless it was granted something. */
function withoutBreakGlass(catalog: Catalog, { rights }: DeclaredServer): Catalog {
    const roles = new Map([...catalog.roles].filter(([name]) => name !== BREAK_GLASS || rights.world.roles.has(name)));
    return { ...catalog, roles };
}
