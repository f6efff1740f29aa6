import { Type } from 'typebox';
import { Day } from '../schema.ts';

const LocationId = Type.String({ minLength: 1, description: "A port's code or a region's slug" });

export const RatesRequest = Type.Object(
  { date_from: Day, date_to: Day, orig_code: LocationId, dest_code: LocationId },
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
        description: 'The number of prices of the day; null when there are none',
      }),
    }),
  ),
});
