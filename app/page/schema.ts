import { Type } from 'typebox';
import { Timestamp } from '../schema.ts';

/** DynamoDB would hold far more; a heading of over 4,096 characters is a mistake. */
export const NewString = Type.Object(
  { string: Type.String({ maxLength: 4096, description: 'At most 4,096 characters' }) },
  { additionalProperties: false },
);

export const SavedStringSchema = Type.Object({
  string: Type.String(),
  version: Type.Integer({ description: 'Counts the changes; 0 before the first' }),
  updated_at: Type.Union([Timestamp, Type.Null()]),
});
