import { type Check, fine, judged } from "../finding";

export const names: Check = {
    id: "names",
    group: "database",
    what: "the stack's roles, databases and schemas do not exist yet",
    why: "a run that creates one that exists fails, unless the tenant's `adopt` names it",
    judge: ({ database, wanted }) =>
        judged([database.catalog, wanted], ({ roles, databases }, { roles: names, databases: own, schemas }) => {
            const takenRoles = names.filter((name) => roles.has(name));
            const takenSchemas = schemas.flatMap(({ database: place, name }) =>
                databases
                    .filter((one) => place === undefined || one.name === place)
                    .filter(({ objects }) => objects.some((one) => one.kind === "schema" && one.name === name))
                    .map((one) => ({ database: one.name, name })),
            );
            const takenDatabases = own.filter((name) => databases.some((one) => one.name === name));
            const seen = [
                ...takenRoles.map((name) => `the role ${name} exists`),
                ...takenDatabases.map((name) => `the database ${name} exists`),
                ...takenSchemas.map((one) => `the schema ${one.name} exists in ${one.database}`),
            ];
            return seen.length === 0
                ? fine(`none of the ${names.length + own.length + schemas.length} exists`)
                : {
                      state: "change",
                      seen,
                      breaks: "nothing: another name leaves what exists as it is; `adopt` takes it over",
                      change: [
                          {
                              config: "rename what the config names, or name a tenant's schema, owner or login in access.tenants[].adopt",
                          },
                      ],
                  };
        }),
};
