// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads <c>max_pool</c>, <c>avg_pool</c>, <c>pool_stride</c> and <c>pool_dilation</c> of one layer.</summary>
internal sealed class PoolingReader(KeyedValues values, Action<string> notice)
{
    public Pooling? Read()
    {
        int stride = ReadStride();
        CheckDilation();
        bool max = values.Has("max_pool");
        if (max && values.Has("avg_pool"))
        {
            // The vendor's tool drops the second without a word; its value must be sound all the same.
            if (values.OneOrTwo("avg_pool") is not null) notice("it has max_pool and avg_pool; avg_pool is not used.");
        }

        string key = max ? "max_pool" : "avg_pool";
        (int rows, int columns) = (1, 1);
        if (values.OneOrTwo(key) is (int first, var second)) (rows, columns) = (first, second ?? first);
        if (rows is < 1 or > DeviceLimits.MaximumPool || columns is < 1 or > DeviceLimits.MaximumPool)
        {
            values.Errors.Add(values.At(key), DeviceLimits.PoolSize, $"{key} is {DescriptionText.Number(rows)} rows and {DescriptionText.Number(columns)} columns", "Choose a window in this range.");
            return null;
        }

        if (values.Has(key) && !values.Has("pool_stride")) notice($"pool_stride is missing beside {key}; 1 is assumed.");
        // A window of one pixel with a stride drops pixels; without one it does nothing.
        if ((rows, columns, stride) == (1, 1, 1)) return null;
        return new Pooling(values.Has(key) && !max ? PoolingKind.Average : PoolingKind.Max, rows, columns, stride);
    }

    private int ReadStride()
    {
        if (values.OneOrTwo("pool_stride") is not (int rows, var second)) return 1;
        int columns = second ?? rows;
        if (rows == columns && rows is >= 1 and <= DeviceLimits.MaximumPool) return rows;
        string actual = second is null ? $"pool_stride is {DescriptionText.Number(rows)}" : $"pool_stride is {DescriptionText.Number(rows)} for rows and {DescriptionText.Number(columns)} for columns";
        values.Errors.Add(values.At("pool_stride"), DeviceLimits.PoolStride, actual, "Choose one stride in this range for both directions.");
        return 1;
    }

    private void CheckDilation()
    {
        if (values.OneOrTwo("pool_dilation") is not (int rows, var second)) return;
        if (rows < 1 || second < 1) values.OutOfRange("pool_dilation", values.Node("pool_dilation")!, "at least 1", Math.Min(rows, second ?? rows));
        else if (rows != 1 || (second ?? rows) != 1) values.Errors.Add(values.At("pool_dilation"), DeviceLimits.PoolDilation, values.Shown("pool_dilation"), "Write 1 or remove the key.");
        else if (!values.Has("max_pool") && !values.Has("avg_pool")) values.Errors.Add(values.At("pool_dilation"), DescriptionRules.Combination, "pool_dilation needs a pooling window.", "there is none", "Remove the key.");
    }
}
