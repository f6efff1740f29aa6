import { Type } from 'typebox';
import { Day } from '../schema.ts';

const PlaceId = Type.String({ minLength: 1, description: "A port's code or a region's slug" });

export const RatesRequest = Type.Object(
  { date_from: Day, date_to: Day, orig_code: PlaceId, dest_code: PlaceId },
  { additionalProperties: false },
);

export const Rates = Type.Object({
  rates: Type.Array(
    Type.Object({
      day: Day,
      price: Type.Union([Type.Number(), Type.Null()], {
        description:
          'The mean of the prices of the day, rounded half up to 2 decimals; null when there are fewer than 3',
      }),
      count: Type.Union([Type.Integer(), Type.Null()], {
        description: 'How many prices there are; null when there is none',
      }),
    }),
  ),
});
