// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Xml.Linq;

namespace Ai8x.Reporting.Tests;

public class ModelPictureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Chain_HasABoxForEachLayerBelowTheOneItReads()
    {
        XElement svg = Draw([new("input", ["[28, 28, 1]"], []), new("conv2d", ["FusedConv2DReLU", "540 parameters"], [0]), new("dense", [], [1])]);
        int[] tops = [.. Boxes(svg).Select(box => Number(box, "y"))];
        Assert.Equal(3, tops.Length);
        Assert.Equal(tops.Order(), tops);
        Assert.Equal(2, svg.Elements(Svg + "path").Count());
        Assert.Equal(["net", "input", "[28, 28, 1]", "conv2d", "FusedConv2DReLU", "540 parameters", "dense"], svg.Elements(Svg + "text").Select(text => text.Value));
    }

    [Fact]
    public void Branches_StandSideBySide_AndNoBoxCoversAnother()
    {
        // A residual block within a residual block.
        XElement svg = Draw([new("a", [], []), new("b", ["x"], [0]), new("c", [], [1]), new("d", [], [1]), new("e", [], [2, 3]), new("f", [], [0, 4])]);
        (int X, int Y, int W, int H)[] boxes = [.. Boxes(svg).Select(box => (Number(box, "x"), Number(box, "y"), Number(box, "width"), Number(box, "height")))];
        Assert.Equal(7, svg.Elements(Svg + "path").Count());
        Assert.NotEqual(boxes[2].X, boxes[3].X);
        for (int i = 0; i < boxes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool apart = boxes[i].X >= boxes[j].X + boxes[j].W || boxes[j].X >= boxes[i].X + boxes[i].W || boxes[i].Y >= boxes[j].Y + boxes[j].H || boxes[j].Y >= boxes[i].Y + boxes[i].H;
                Assert.True(apart, $"boxes {i} and {j} cover each other");
            }

            Assert.InRange(boxes[i].X + boxes[i].W, 0, Number(svg, "width"));
            Assert.InRange(boxes[i].Y + boxes[i].H, 0, Number(svg, "height"));
        }
    }

    [Fact]
    public void Text_IsEscaped() => Assert.Contains(Draw([new("<&\">\u0001", [], [])]).Elements(Svg + "text"), text => text.Value == "<&\">");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    public void ABoxThatReadsItselfALaterOneOrNone_IsRefused(int input) =>
        Assert.Throws<ArgumentException>(() => ModelPicture.Draw("net", [new("a", [], []), new("b", [], [input]), new("c", [], [])]));

    private static XElement Draw(System.Collections.Immutable.ImmutableArray<PictureBox> boxes) => XElement.Parse(ModelPicture.Draw("net", boxes));

    // The first rectangle is the white ground.
    private static IEnumerable<XElement> Boxes(XElement svg) => svg.Elements(Svg + "rect").Skip(1);

    private static int Number(XElement element, string name) => int.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
