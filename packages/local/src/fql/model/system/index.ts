import { systemName, type SystemCollection } from "../../../store/system";
import { COLLECTION_MODEL } from "./collection-model";
import { FUNCTION_MODEL } from "./function-model";
import { INDEX_MODEL } from "./index-model";
import { CREDENTIAL_MODEL, DATABASE_MODEL, KEY_MODEL, TOKEN_MODEL } from "./key-models";
import type { SystemModel } from "./model";
import { PROVIDER_MODEL } from "./provider-model";
import { ROLE_MODEL } from "./role-model";

const MODELS: Readonly<Record<SystemCollection, SystemModel>> = {
  Collection: COLLECTION_MODEL,
  Function: FUNCTION_MODEL,
  Role: ROLE_MODEL,
  AccessProvider: PROVIDER_MODEL,
  Key: KEY_MODEL,
  Database: DATABASE_MODEL,
  Token: TOKEN_MODEL,
  Credential: CREDENTIAL_MODEL,
  Index: INDEX_MODEL,
};

/** The rules for the documents of a system collection. */
export function systemModel(coll: number): SystemModel {
  return MODELS[systemName(coll)!];
}
