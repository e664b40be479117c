import assert from "node:assert/strict";

import { sessionKeys } from "../../adopt/sessionSettings";

const setting = (name: string, value: string, database = "") => ({ database, name, value });

describe("a role's settings in a config", () => {
    it("have keys of their own, or are stated by name", () => {
        const all = [
            setting("role", '"Shop Owner"'),
            setting("search_path", '"$user", "My.Schema", public'),
            setting("statement_timeout", "30000"),
            setting("idle_in_transaction_session_timeout", "2min"),
            setting("TimeZone", "Europe/Berlin"),
        ];
        assert.deepEqual(sessionKeys(all, "app"), {
            role: "Shop Owner",
            searchPath: ["$user", "My.Schema", "public"],
            statementSeconds: 30,
            idleInTransactionSeconds: 120,
            settings: [{ name: "TimeZone", value: "Europe/Berlin" }],
            differs: [],
        });
    });

    it("are those of the role in the database before those everywhere, and not those elsewhere", () => {
        const all = [
            setting("work_mem", "8MB", "app"),
            setting("work_mem", "4MB"),
            setting("work_mem", "1GB", "reports"),
        ];
        assert.deepEqual(sessionKeys(all, "app").settings, [{ name: "work_mem", value: "8MB" }]);
    });

    it("are not written if they are secrets by their names", () => {
        const { settings, differs } = sessionKeys([setting("pgrst.jwt_secret", "hunter2")], "app");
        assert.deepEqual(settings, []);
        assert.deepEqual(differs, [
            "pgrst.jwt_secret: a secret by its name, which is not written here; the program asks for it",
        ]);
    });

    it("that the config cannot state as they are come with what it states instead", () => {
        const all = [setting("statement_timeout", "1500"), setting("search_path", '"a,b", shop')];
        assert.deepEqual(sessionKeys(all, "app"), {
            searchPath: ["shop"],
            statementSeconds: 2,
            settings: [],
            differs: [
                "statement_timeout = 1500: the config states whole seconds from 1 to 86400",
                'search_path = "a,b", shop: the config names schemas, none of them empty or with a comma, a quotation mark or a control character',
            ],
        });
    });

    it("have only the schemas of a search path that the config may name", () => {
        const { searchPath, differs } = sessionKeys([setting("search_path", '"$user", "a""b", public')], "app");
        assert.deepEqual([searchPath, differs.length], [["$user", "public"], 1]);
    });

    it("without a limit of time differ from the longest that the config states", () => {
        const { statementSeconds, differs } = sessionKeys([setting("statement_timeout", "0")], "app");
        assert.deepEqual([statementSeconds, differs.length], [86_400, 1]);
    });
});
