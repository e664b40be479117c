import type { Edit } from "../edit";
import { fault } from "./fault";
import type { Fault } from "./fault";

const billing = { schema: "billing" };
const lookInto = (edit: Edit, role = "shop_app"): Edit =>
    edit.grant(role, { ...billing, objectType: "schema", privileges: ["USAGE"] });

/** Not a fault yet: no role may use the schema. */
export const closedSchema = fault("SELECT on a table for PUBLIC, in a schema that is closed", (edit) =>
    edit.grant("public", { ...billing, objectType: "table", objects: ["invoices"], privileges: ["SELECT"] }),
);

/** Faults in ownership, grants and default privileges. */
export const grantFaults: readonly Fault[] = [
    fault(
        "the login owns another tenant's schema",
        (edit) => edit.set("schema", "billing", { owner: "shop_app" }),
        "+ shop/shop → aurora/app/billing: own (crosses, owns)",
        "+ billing/billing → aurora/app/billing: use",
        "- billing/billing → aurora/app/billing: write",
    ),
    fault(
        "the login owns the database",
        (edit) => edit.add("postgresql:index/database:Database", "app", { name: "app", owner: "shop_app" }),
        "+ shop/shop → aurora/app: own (owns)",
        "+ shop/shop → aurora/app/public: own (owns)",
        "+ billing/billing → aurora/app/public: use",
        "- billing/billing → aurora/app/public: use",
        "- shop/shop → aurora/app/public: use",
    ),
    fault(
        "USAGE on a schema for PUBLIC",
        (edit) => lookInto(edit, "public"),
        "+ shop/shop → aurora/app/billing: use (public, enters)",
    ),
    fault(
        "SELECT on a table for PUBLIC, in a schema open to PUBLIC",
        (edit) =>
            lookInto(edit, "public").grant("public", {
                ...billing,
                objectType: "table",
                objects: ["invoices"],
                privileges: ["SELECT"],
            }),
        "+ shop/shop → aurora/app/billing: read (crosses, public)",
    ),
    fault(
        "SELECT on all tables",
        (edit) => lookInto(edit).grant("shop_app", { ...billing, objectType: "table", privileges: ["SELECT"] }),
        "+ shop/shop → aurora/app/billing: read (crosses)",
    ),
    fault(
        "UPDATE on a column",
        (edit) =>
            lookInto(edit).grant("shop_app", {
                ...billing,
                objectType: "column",
                objects: ["invoices"],
                columns: ["paid"],
                privileges: ["UPDATE"],
            }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "a grant to a group that every role is a member of",
        (edit) =>
            lookInto(edit, "app_connect").grant("app_connect", {
                ...billing,
                objectType: "table",
                privileges: ["SELECT"],
            }),
        "+ shop/shop → aurora/app/billing: read (crosses)",
    ),
    fault(
        "default privileges in another tenant's schema",
        (edit) =>
            lookInto(edit).add("postgresql:index/defaultPrivileges:DefaultPrivileges", "planted", {
                database: "app",
                schema: "billing",
                owner: "billing_owner",
                role: "shop_app",
                objectType: "table",
                privileges: ["SELECT"],
            }),
        "+ shop/shop → aurora/app/billing: read (crosses)",
    ),
    fault(
        "default privileges for PUBLIC everywhere",
        (edit) =>
            lookInto(edit).add("postgresql:index/defaultPrivileges:DefaultPrivileges", "planted", {
                database: "app",
                owner: "billing_owner",
                role: "public",
                objectType: "table",
                privileges: ["SELECT"],
            }),
        "+ shop/shop → aurora/app/billing: read (crosses, public)",
    ),
    fault(
        "the own default privileges are gone",
        (edit) => edit.remove("defaults", "shop-tables"),
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the own USAGE is gone",
        (edit) => edit.remove("grant", "shop-usage"),
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "PUBLIC keeps what Postgres gives it on the database",
        (edit) => edit.remove("grant", "public"),
        "+ billing/billing → aurora/app: use",
        "+ shop/shop → aurora/app: use",
    ),
    fault(
        "the login may create schemas",
        (edit) => edit.grant("shop_app", { objectType: "database", privileges: ["CREATE"] }),
        "+ shop/shop → aurora/app: create in",
    ),
    fault(
        "PUBLIC may create in schema public",
        (edit) => edit.grant("public", { objectType: "schema", schema: "public", privileges: ["USAGE", "CREATE"] }),
        "+ billing/billing → aurora/app/public: create in (crosses, public)",
        "+ shop/shop → aurora/app/public: create in (crosses, public)",
    ),
    fault(
        "the login may create in another tenant's schema",
        (edit) => edit.grant("shop_app", { ...billing, objectType: "schema", privileges: ["USAGE", "CREATE"] }),
        "+ shop/shop → aurora/app/billing: create in (crosses)",
        "+ billing/billing → aurora/app/billing: use",
    ),
    fault(
        "a policy of the schema opens it, the deprecated way",
        (edit) => edit.set("schema", "billing", { policies: [{ role: "shop_app", usage: true, create: true }] }),
        "+ shop/shop → aurora/app/billing: create in (crosses)",
        "+ billing/billing → aurora/app/billing: use",
    ),
    fault(
        "functions of another tenant can be called",
        (edit) =>
            lookInto(edit).grant("shop_app", {
                ...billing,
                objectType: "function",
                objects: ["refund(integer)"],
                privileges: ["EXECUTE"],
            }),
        "+ shop/shop → aurora/app/billing: use (enters)",
    ),
    fault(
        "a sequence of another tenant can be drawn from",
        (edit) =>
            lookInto(edit).grant("shop_app", {
                ...billing,
                objectType: "sequence",
                objects: ["numbers"],
                privileges: ["USAGE"],
            }),
        "+ shop/shop → aurora/app/billing: use (enters)",
    ),
];
