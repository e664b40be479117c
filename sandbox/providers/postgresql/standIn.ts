import { version } from "@pulumi/postgresql/package.json";
import { ProviderError } from "../protocol/types";
import type { Props } from "../../cloud/props";
import type { Kind, StandIn } from "../protocol/types";
import { visibleSchemas } from "./catalog";
import { database } from "./database";
import { defaultPrivileges } from "./defaultPrivileges";
import { extension } from "./extension";
import { grant } from "./grant";
import { grantRole } from "./grantRole";
import { kindOf } from "./kind";
import type { ResourceType } from "./kind";
import { role } from "./role";
import { schema } from "./schema";
import { ConfiguredServer } from "./server";
import { jsonConfig, problems, settingsOf } from "./settings";
import { iamToken } from "./token";

const types: Readonly<Record<string, ResourceType>> = {
    "postgresql:index/database:Database": database,
    "postgresql:index/defaultPrivileges:DefaultPrivileges": defaultPrivileges,
    "postgresql:index/extension:Extension": extension,
    "postgresql:index/grant:Grant": grant,
    "postgresql:index/grantRole:GrantRole": grantRole,
    "postgresql:index/role:Role": role,
    "postgresql:index/schema:Schema": schema,
};

/** A stand-in for the official postgresql provider: the same resources, on a real server. */
export function standIn(): StandIn {
    let server: ConfiguredServer | undefined;
    const configured = (): ConfiguredServer => {
        if (server === undefined) {
            throw new ProviderError("the provider is not configured");
        }
        return server;
    };
    const kinds = new Map<string, Kind>(
        Object.entries(types).map(([type, resource]) => [type, kindOf(resource, configured)]),
    );
    return {
        name: "postgresql",
        version,
        jsonConfig,
        async checkConfig(config) {
            return problems(config);
        },
        async configure(config) {
            const settings = settingsOf(config, process.env);
            server = new ConfiguredServer(
                settings.iam === undefined ? settings : { ...settings, password: await iamToken(settings) },
            );
        },
        kind(type) {
            return kinds.get(type);
        },
        async invoke(token, args) {
            return token === "postgresql:index/getSchemas:getSchemas" ? getSchemas(configured(), args) : undefined;
        },
    };
}

/** @throws ProviderError for patterns, which the original inserts into its query unescaped */
async function getSchemas(server: ConfiguredServer, args: Props): Promise<Props> {
    const { database, includeSystemSchemas = false, ...patterns } = args;
    const strange = Object.keys(patterns);
    if (typeof database !== "string" || strange.length > 0) {
        throw new ProviderError(
            `the sandbox's getSchemas supports database and includeSystemSchemas, not ${strange.join(", ") || "nothing"}`,
        );
    }
    const schemas = await server.transaction(database, (session) =>
        visibleSchemas(session, includeSystemSchemas === true),
    );
    return {
        id: `${database}_${String(includeSystemSchemas === true)}`,
        database,
        includeSystemSchemas: includeSystemSchemas === true,
        schemas,
    };
}
