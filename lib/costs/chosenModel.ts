/** The model that a company has chosen, while it is active; NULL where it has chosen none. As SQL. @param companyId SQL for its id */
export const chosenModel = (companyId: string): string =>
  `(SELECT m."name" FROM "CompanyAIModel" cm JOIN "AIModel" m ON m."id" = cm."aiModelId" AND m."isActive"
     WHERE cm."companyId" = ${companyId} AND cm."isDefault" LIMIT 1)`;
