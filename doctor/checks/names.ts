import { type Check, fine, judged } from "../finding";

export const names: Check = {
    id: "names",
    group: "database",
    what: "the stack's roles and schemas do not exist yet",
    why: "a run that creates one that exists fails, unless the tenant's `adopt` names it",
    judge: ({ database, wanted }) =>
        judged([database.catalog, wanted], ({ roles, databases }, { roles: names, schemas }) => {
            const takenRoles = names.filter((name) => roles.has(name));
            const takenSchemas = schemas.flatMap(({ database: place, name }) =>
                databases
                    .filter((one) => place === undefined || one.name === place)
                    .filter(({ objects }) => objects.some((one) => one.kind === "schema" && one.name === name))
                    .map((one) => ({ database: one.name, name })),
            );
            const seen = [
                ...takenRoles.map((name) => `the role ${name} exists`),
                ...takenSchemas.map((one) => `the schema ${one.name} exists in ${one.database}`),
            ];
            return seen.length === 0
                ? fine(`none of ${names.length} roles and ${schemas.length} schemas exists`)
                : {
                      state: "change",
                      seen,
                      breaks: "nothing: another name leaves what exists as it is; `adopt` takes it over",
                      change: [
                          {
                              config: "rename these tenants, or name what exists in access.tenants[].adopt (schema, owner, login)",
                          },
                      ],
                  };
        }),
};
