import { ProviderError } from "../protocol/types";
import type { Fields } from "../postgresql/fields";
import type { ResourceType } from "../postgresql/kind";
import { mysqlError, type Catalogue } from "./catalogue";

const fields: Fields = {
    user: { type: "text", required: true, forceNew: true },
    host: { type: "text", default: "localhost", forceNew: true },
    authPlugin: {
        type: "text",
        forceNew: true,
        allowed: ["AWSAuthenticationPlugin", "mysql_no_login"],
        conflictsWith: ["plaintextPassword", "password"],
    },
    plaintextPassword: { type: "text", conflictsWith: ["password"] },
    password: { type: "text" },
    tlsOption: { type: "text", default: "NONE", forceNew: true, allowed: ["NONE", "SSL", "X509"] },
};

/** `CREATE USER` and `DROP USER`. */
export const user: ResourceType<Catalogue> = {
    fields,
    idOf: (attributes) => `${attributes.text("user")}@${attributes.text("host")}`,
    async create(catalogue, attributes) {
        const [name, host] = [attributes.text("user"), attributes.text("host")];
        // https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html
        if ([...name].length > 32) {
            throw mysqlError(1470, `String '${name}' is too long for user name (should be no longer than 32)`);
        }
        const plugin = attributes.text("authPlugin");
        if (plugin === "AWSAuthenticationPlugin" && host === "localhost") {
            throw new ProviderError("cannot use IAM auth against localhost");
        }
        if (plugin === "") {
            throw new ProviderError(
                `the sandbox stores no passwords: user ${name} needs an authPlugin, AWSAuthenticationPlugin or mysql_no_login`,
            );
        }
        const key = `${name}@${host}`;
        catalogue.change((contents) => {
            if (contents.users[key] !== undefined) {
                throw mysqlError(1396, `Operation CREATE USER failed for '${name}'@'${host}'`);
            }
            return { ...contents, users: { ...contents.users, [key]: { plugin, tls: attributes.text("tlsOption") } } };
        });
        attributes.id = key;
    },
    // The official provider only looks up the user's name: neither plugin nor TLS requirement is read back.
    async read(catalogue, attributes) {
        return Object.keys(catalogue.read().users).some(
            (key) => key.slice(0, key.lastIndexOf("@")) === attributes.text("user"),
        );
    },
    async update() {
        throw new ProviderError("a user without a password has nothing to change");
    },
    async delete(catalogue, attributes) {
        catalogue.change((contents) => {
            const { [attributes.id]: gone, ...users } = contents.users;
            if (gone === undefined) {
                throw mysqlError(1396, `Operation DROP USER failed for '${attributes.id.replace("@", "'@'")}'`);
            }
            return { ...contents, users, grants: contents.grants.filter((granted) => granted.user !== attributes.id) };
        });
    },
};
