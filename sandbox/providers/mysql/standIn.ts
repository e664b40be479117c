import { version } from "@pulumi/mysql/package.json";
import { Store } from "../../cloud/store";
import { kindOf } from "../postgresql/kind";
import type { Props } from "../../cloud/props";
import type { Failure, Kind, StandIn } from "../protocol/types";
import { isUnknown } from "../../cloud/props";
import { ProviderError } from "../protocol/types";
import { Catalogue } from "./catalogue";
import { database } from "./database";
import { grant } from "./grant";
import { user } from "./user";

const keys = [
    "authenticationPlugin",
    "endpoint",
    "maxConnLifetimeSec",
    "maxOpenConns",
    "password",
    "proxy",
    "tls",
    "username",
];

/** A stand-in for the official mysql provider, for one user per tenant. It stores a server's state. */
export function standIn(store = new Store()): StandIn {
    let catalogue: Catalogue | undefined;
    const configured = (): Catalogue => {
        if (catalogue === undefined) {
            throw new ProviderError("the provider is not configured");
        }
        return catalogue;
    };
    const kinds: Readonly<Record<string, Kind>> = {
        "mysql:index/database:Database": kindOf(database, configured),
        "mysql:index/grant:Grant": kindOf(grant, configured),
        "mysql:index/user:User": kindOf(user, configured),
    };
    return {
        name: "mysql",
        version,
        jsonConfig: ["maxConnLifetimeSec", "maxOpenConns"],
        checkConfig: async (config) => problems(config),
        async configure(config) {
            const endpoint = textOf(config["endpoint"]);
            const host = endpoint.slice(0, endpoint.lastIndexOf(":"));
            if (!hosts(store).has(host)) {
                throw new ProviderError(
                    `no MySQL database at ${endpoint}; available endpoints: ${[...hosts(store)].join(", ") || "none"}`,
                );
            }
            catalogue = new Catalogue(endpoint);
        },
        kind: (type) => kinds[type],
    };
}

function problems(config: Props): Failure[] {
    const unknown = Object.keys(config).filter((key) => !keys.includes(key) && key !== "version");
    const { endpoint, username, tls, authenticationPlugin } = config;
    const open = (value: Props[string] | undefined): boolean => value !== undefined && isUnknown(value);
    return [
        ...unknown.map((property) => ({
            property,
            reason: `is not a setting of the provider; its settings are ${keys.join(", ")}`,
        })),
        ...(open(endpoint) || /^[^/:]+:\d+$/.test(textOf(endpoint))
            ? []
            : [{ property: "endpoint", reason: `is ${JSON.stringify(endpoint ?? null)}; must be HOST:PORT` }]),
        ...(typeof username === "string" && username !== "" ? [] : [{ property: "username", reason: "is required" }]),
        ...(tls === "true"
            ? []
            : [
                  {
                      property: "tls",
                      reason: `is ${JSON.stringify(tls ?? null)}; RDS accepts IAM users only over TLS: set it to "true"`,
                  },
              ]),
        ...(authenticationPlugin === "cleartext"
            ? []
            : [
                  {
                      property: "authenticationPlugin",
                      reason: `is ${JSON.stringify(authenticationPlugin ?? null)}; a token is sent as clear text within TLS: set it to "cleartext"`,
                  },
              ]),
    ];
}

/** Host names of the cloud's MySQL databases. */
function hosts(store: Store): ReadonlySet<string> {
    const databases = ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"]
        .flatMap((type) => store.list(type))
        .filter(({ state }) => textOf(state["engine"]).includes("mysql"));
    return new Set(databases.map(({ state }) => textOf(state["address"] ?? state["endpoint"])));
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}
